import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { pcap } from './build.js';
import { ack, Conversation, data, MSS } from './conversation.js';

// A clock that is set back beyond the first packet: what comes then has bins before 0.

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

function talk(): Conversation {
  const all = new Conversation().handshake();
  for (let i = 0; i < 40; i += 1) all.out(50 + i * 10, data(i)).back(90 + i * 10, ack(i + 1));
  return all;
}

/** From packet `at` on, every time is `byUs` less. */
function setBack(at: number, byUs: number) {
  const packets = talk().packets.map(({ us, bytes }, index) => ({ us: us + 9e9 - (index < at ? 0 : byUs), bytes }));
  return { bytes: pcap(packets), before: packets.slice(0, at), after: packets.slice(at) };
}

test.each([1, 400, 3600])('by %s s: bytes and time of both parts are told apart', async (backS) => {
  const { bytes, before, after } = setBack(43, backS * 1e6);
  const { overall, totals } = await (await openCapture(bytes)).analyse();
  const { timeUs, binUs } = overall;
  expect(timeUs[0]! + binUs).toBeGreaterThan(-backS * 1e6);
  expect(timeUs[0]!).toBeLessThan(0);
  expect(overall.packets[0]!).toBeGreaterThan(0);
  expect(sum(overall.packets)).toBe(totals.packets);
  expect(sum(overall.bytes)).toBe(totals.bytes);
  for (let i = 1; i < timeUs.length; i += 1) expect(timeUs[i]! - timeUs[i - 1]!).toBe(binUs);
  const early = sum(overall.packets.filter((_, i) => timeUs[i]! + binUs <= 0));
  // A packet may share its bin with the other part where bins are wide.
  expect(Math.abs(early - after.length)).toBeLessThanOrEqual(binUs > 100_000 ? after.length : 0);
  expect(before.length + after.length).toBe(totals.packets);
  const series = await (await openCapture(bytes)).series({ connection: 1 });
  expect(series.timeUs[0]!).toBeLessThan(0);
  const sent = [...series.forward.throughputBytesPerSecond, ...series.backward.throughputBytesPerSecond];
  expect(sum(sent.map((rate) => (rate * series.binUs) / 1e6))).toBeCloseTo(40 * MSS, 3);
});

test('again and again, by any steps, in few bins: nothing is lost', async () => {
  const step = fc.integer({ min: -5_000_000, max: 1_000_000 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 82 }),
      fc.integer({ min: 2, max: 40 }),
      async (steps, maxBins) => {
        let us = 1e12;
        const packets = talk().packets.map(({ bytes }, index) => {
          us += steps[index % steps.length]!;
          return { us, bytes };
        });
        const capture = await openCapture(pcap(packets));
        const { overall, totals } = await capture.analyse();
        expect(sum(overall.packets)).toBe(totals.packets);
        const series = await capture.series({ connection: 1, maxBins });
        expect(series.timeUs.length).toBeLessThanOrEqual(maxBins + 1);
        expect([...series.timeUs]).toEqual([...series.timeUs].sort((a, b) => a - b));
      },
    ),
    { numRuns: 60 },
  );
});
