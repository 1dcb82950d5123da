import { describe, expect, test } from 'vitest';
import { compareCaptures, openCapture } from '../../src/capture/index.js';
import { ethernet, join, type Tcp } from './build.js';
import { bytesOf, type Crossing, compareBytes, plainFrame, transfer, twoCaptures } from './two-points.js';

/** 3.7 s ahead and 50 ppm fast. */
const otherClock = (us: number): number => us * (1 + 50e-6) + 3.7e6;
const every100 = new Set(Array.from({ length: 20 }, (_, i) => 37 + i * 100));
const steady = { segments: 2000, everyUs: 10_000, delayUs: () => 20_000, lost: every100 };

describe('clocks', () => {
  test('offset and drift are taken out: 20 ms are 20 ms, and losses are counted', async () => {
    // The data wait in a queue that comes and goes; the ACKs do not.
    const delayUs = (i: number): number => 20_000 + Math.max(0, 3000 * Math.sin(i / 100));
    const crossings = transfer({ ...steady, delayUs, backDelayUs: () => 20_000 });
    const found = await compareBytes(twoCaptures(crossings, {}, { clock: otherClock }));
    expect(found.clock.status).toBe('joined');
    expect(found.clock.driftPpm).toBeCloseTo(50, 0);
    expect(Math.abs(found.clock.offsetUs! - (3.7e6 + 0.05))).toBeLessThan(100);
    expect(found.clock.roundTripUs).toBeCloseTo(40_000, -2);
    expect(Math.abs(found.aToB.delay!.minUs - 20_000)).toBeLessThan(50);
    expect(Math.abs(found.aToB.delay!.maxUs - 23_000)).toBeLessThan(50);
    expect(Math.abs(found.bToA.delay!.p99Us - 20_000)).toBeLessThan(50);
    expect(found.aToB).toMatchObject({
      packets: 2020,
      arrived: 2000,
      lost: 20,
      lostBytes: 20_000,
      reordered: 0,
      outside: 0,
    });
    expect(found.aToB.lostShare).toBeCloseTo(20 / 2020, 10);
    expect(found.bToA).toMatchObject({ packets: 2000, lost: 0 });
    // A queue each time the sine is up, on that way alone.
    expect(found.aToB.queued).toHaveLength(4);
    expect(found.bToA.queued).toEqual([]);
    expect(found.aToB.queued[0]!.maxUs).toBeGreaterThan(2900);
    expect(found.warnings).toEqual([]);
  });

  test('the order of the captures only changes the names', async () => {
    const [a, b] = twoCaptures(transfer(steady), {}, { clock: otherClock });
    const found = await compareBytes([b, a]);
    expect(found.clock.driftPpm).toBeCloseTo(-50, 0);
    expect(found.bToA).toMatchObject({ arrived: 2000, lost: 20 });
    expect(found.aToB).toMatchObject({ arrived: 2000, lost: 0 });
    expect(Math.abs(found.bToA.delay!.meanUs - 20_000)).toBeLessThan(50);
  });

  test('a clock that was set cannot be joined, which is said; losses are told all the same', async () => {
    const set = (us: number): number => (us > 1e7 ? us + 5e6 : us);
    const found = await compareBytes(twoCaptures(transfer(steady), {}, { clock: set }));
    expect(found.clock).toEqual({
      status: 'unsteady',
      offsetUs: null,
      driftPpm: null,
      roundTripUs: null,
      uncertaintyUs: null,
    });
    expect(found.aToB).toMatchObject({ arrived: 2000, lost: 20, delay: null, queue: null });
    expect(found.warnings.map(({ code }) => code)).toEqual(['clocks']);
  });

  test('one way alone: no offset, delays above their least, losses', async () => {
    const crossings = transfer({ ...steady, delayUs: (i) => 20_000 + (i % 10) * 100 }).filter(({ toB }) => toB);
    const found = await compareBytes(twoCaptures(crossings, {}, { clock: otherClock }));
    expect(found.clock).toMatchObject({ status: 'one-way', offsetUs: null });
    expect(found.clock.driftPpm).toBeCloseTo(50, 0);
    expect(found.aToB).toMatchObject({ arrived: 2000, lost: 20, delay: null });
    expect(found.aToB.queue!.maxUs).toBeCloseTo(900, -1);
  });

  test('one clock for both: delays that differ each way stay as they are', async () => {
    const crossings = transfer({ ...steady, delayUs: () => 5000, backDelayUs: () => 30_000 });
    const captures = twoCaptures(crossings);
    const same = await compareBytes(captures, { sameClock: true });
    expect(same.clock).toMatchObject({ status: 'trusted', offsetUs: 0, driftPpm: 0 });
    expect([same.aToB.delay!.meanUs, same.bToA.delay!.meanUs].map(Math.round)).toEqual([5000, 30_000]);
    // Estimated, the two share what they have, within the uncertainty that is told.
    const joined = await compareBytes(captures);
    expect(joined.aToB.delay!.meanUs).toBeCloseTo(17_500, -1);
    expect(joined.clock.uncertaintyUs).toBeCloseTo(17_500, -1);
  });

  test('captures of two paths: no packet is at both, which is said', async () => {
    const [a] = twoCaptures(transfer(steady));
    const [other] = twoCaptures(
      transfer(steady).map((c) => ({ ...c, of: { ...c.of, seq: (c.of.seq ?? 0) + 5e6, ack: 17 } })),
    );
    const found = await compareBytes([a, other]);
    expect(found.clock.status).toBe('unmatched');
    expect(found.aToB).toMatchObject({ packets: 0, lost: 0, lostShare: null, delay: null });
    expect(found.warnings.map(({ code }) => code)).toEqual(['clocks']);
  });
});

test('one capture beside itself: both ways, nothing between', async () => {
  const [a] = twoCaptures(transfer(steady));
  const found = await compareBytes([a, a]);
  expect(found.clock).toMatchObject({ status: 'joined', offsetUs: 0, driftPpm: 0, roundTripUs: 0 });
  expect([found.aToB, found.bToA].map(({ arrived }) => arrived).sort()).toEqual([2000, 2020]);
  expect([found.aToB.lost, found.bToA.lost, found.aToB.delay?.maxUs]).toEqual([0, 0, 0]);
});

describe('what packets are matched by', () => {
  test('through a translator of addresses and ports', async () => {
    const translate = (of: Tcp): Tcp => ({
      ...of,
      ...(of.src === undefined ? { src: '198.51.100.7', dst: '203.0.113.9', srcPort: 40_001, dstPort: 80 } : {}),
      ...(of.src === '10.0.0.2' ? { src: '203.0.113.9', dst: '198.51.100.7', srcPort: 80, dstPort: 40_001 } : {}),
      ipId: ((of.ipId ?? 0) * 7) & 0xffff,
    });
    const found = await compareBytes(
      twoCaptures(transfer(steady), {}, { clock: otherClock, wrap: (of) => plainFrame(translate(of)) }),
    );
    expect(found.translated).toBe(true);
    expect(found.aToB).toMatchObject({ arrived: 2000, lost: 20 });
    expect(Math.abs(found.aToB.delay!.meanUs - 20_000)).toBeLessThan(50);
  });

  test('tags, TTLs, snap lengths that differ', async () => {
    const tagged = (of: Tcp) => ethernet(0x8100, join([0, 42, 8, 0], bytesOf(of, 61)));
    const found = await compareBytes(twoCaptures(transfer(steady), { snap: 96 }, { wrap: tagged, snap: 64 }));
    expect(found.translated).toBe(false);
    expect(found.aToB).toMatchObject({ arrived: 2000, lost: 20, ambiguous: 0 });
  });

  test('without identifications and timestamps a resend is told by its time', async () => {
    const found = await compareBytes(twoCaptures(transfer({ ...steady, ids: false })));
    expect(found.aToB).toMatchObject({ arrived: 2000, lost: 20, ambiguous: 20 });
    expect(found.aToB.delay!.maxUs).toBeLessThan(20_100);
  });

  test('a resend that was not needed is two packets that both arrive', async () => {
    const crossings = transfer({ ...steady, lost: new Set<number>() });
    const again = crossings.filter(({ toB }, i) => toB && i % 200 === 0);
    const more = again.map((c, i) => ({ ...c, us: c.us + 50_000, of: { ...c.of, ipId: 60_000 + i } }));
    const found = await compareBytes(twoCaptures([...crossings, ...more].sort((l, r) => l.us - r.us)));
    expect(more.length).toBeGreaterThan(10);
    expect(found.aToB).toMatchObject({ arrived: 2000 + more.length, lost: 0, reordered: 0 });
  });

  test('several segments captured as one at the sender are as many at the other point', async () => {
    const crossings = transfer({ ...steady, lost: new Set<number>() });
    // Four segments leave together: A sees one packet of 4000 bytes, B four.
    const whole: Crossing[] = [];
    for (const c of crossings) {
      const index = ((c.of.seq ?? 0) - 1) / 1000;
      if (!c.toB || index % 4 === 0) whole.push(c.toB ? { ...c, of: { ...c.of, length: 4000 } } : c);
    }
    const group = (c: Crossing): Crossing => {
      const index = ((c.of.seq ?? 0) - 1) / 1000;
      return c.toB ? { ...c, us: c.us - (index % 4) * 10_000 } : c;
    };
    const [a] = twoCaptures(whole);
    const [, b] = twoCaptures(crossings.map(group));
    const found = await compareBytes([a, b]);
    expect(found.aToB).toMatchObject({ arrived: 2000, lost: 0 });
    expect(found.a.segmented).toBe(500);
    expect(found.warnings.map(({ code }) => code)).toEqual(['segmented']);
  });
});

describe('what is counted', () => {
  test('packets that overtake others, of the same connection', async () => {
    const delayUs = (i: number): number => (i % 50 === 7 ? 35_000 : 20_000);
    const found = await compareBytes(twoCaptures(transfer({ ...steady, delayUs, lost: new Set<number>() })));
    expect(found.aToB).toMatchObject({ arrived: 2000, lost: 0, reordered: 40 });
  });

  test('what a capture missed is no loss: it was acknowledged and never sent again', async () => {
    const missed = (_: Crossing, index: number): boolean => index % 97 !== 5;
    const crossings = transfer({ ...steady, lost: new Set<number>() });
    const data = crossings.filter(({ toB }, i) => toB && i % 97 === 5).length;
    const acks = crossings.filter(({ toB }, i) => !toB && i % 97 === 5).length;
    const found = await compareBytes(twoCaptures(crossings, {}, { keep: missed }));
    expect(data).toBeGreaterThan(5);
    expect(found.aToB).toMatchObject({ lost: 0, notCapturedAfter: data, packets: 2000 });
    expect(found.bToA).toMatchObject({ lost: 0, notCapturedBefore: acks });
  });

  test('copies of a mirror port count once', async () => {
    const crossings = transfer(steady);
    const twice = crossings.flatMap((c) => [c, { ...c, us: c.us + 3 }]);
    const [a] = twoCaptures(crossings);
    const [, b] = twoCaptures(twice);
    const found = await compareBytes([a, b]);
    expect(found.aToB).toMatchObject({ arrived: 2000, lost: 20, notCapturedBefore: 0 });
    expect(found.b.copies).toBe(4000);
  });

  test('what only one capture covers is outside, and counted', async () => {
    const crossings = transfer({ ...steady, lost: new Set<number>() });
    const late = (c: Crossing): boolean => c.us + (c.delayUs ?? 0) > 5e6 && c.us < 15e6;
    const found = await compareBytes(twoCaptures(crossings, {}, { keep: late }));
    expect(found.aToB.lost + found.bToA.lost).toBe(0);
    expect(found.aToB.outside).toBeGreaterThan(900);
    expect(found.aToB.arrived + found.aToB.outside + found.aToB.notCapturedAfter).toBe(2000);
  });

  test('packets of hosts that do not travel the path are elsewhere', async () => {
    const crossings = transfer(steady);
    const local = crossings.map((c) => ({
      ...c,
      of: { ...c.of, src: '10.9.0.1', dst: '10.9.0.2' },
      delayUs: undefined,
      toB: true,
    }));
    const [a] = twoCaptures([...crossings, ...local].sort((l, r) => l.us - r.us));
    const [, b] = twoCaptures(crossings);
    const found = await compareBytes([a, b]);
    expect(found.aToB).toMatchObject({ arrived: 2000, lost: 20 });
    expect(found.a.elsewhere).toBeGreaterThan(2000);
    expect(found.b.elsewhere).toBe(0);
  });

  test('with little memory what found no room is given up, not lost', async () => {
    const crossings = transfer({ ...steady, everyUs: 10, delayUs: () => 200_000, lost: new Set<number>() });
    const found = await compareBytes(twoCaptures(crossings), { stateBytes: 1 });
    expect(found.aToB.lost).toBe(0);
    expect(found.aToB.givenUp).toBeGreaterThan(0);
    expect(found.warnings.map(({ code }) => code)).toContain('given-up');
  });
});

test('a stream cannot be read twice, which is said', async () => {
  const [a, b] = twoCaptures(transfer({ ...steady, segments: 10 }));
  const stream = new Blob([a]).stream() as ReadableStream<Uint8Array>;
  const both = compareCaptures(await openCapture(stream), await openCapture(b));
  await expect(both).rejects.toMatchObject({ code: 'MOORING_ERR_CAPTURE_CONSUMED' });
});
