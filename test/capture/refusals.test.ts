import { expect, test } from 'vitest';
import { openCapture, replayCapture } from '../../src/capture/index.js';
import { frame, pcap } from './build.js';

// What a capture that can be read has not, or is too much of.

const MOST_AT_ONCE = 64;
const STEP_US = 1000;

/** Captures of two packets each; the first packets are a step apart, the second ones `lastsUs` later. */
function captures(count: number, lastsUs: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) =>
    pcap([0, lastsUs].map((us) => ({ us: index * STEP_US + us, bytes: frame({ srcPort: 1000 + index }) }))),
  );
}

test('as many captures as can be merged overlap in time, and not one more', async () => {
  const lastsUs = 2 * MOST_AT_ONCE * STEP_US;
  const { totals } = await (await openCapture(captures(MOST_AT_ONCE, lastsUs))).analyse();
  expect(totals.packets).toBe(2 * MOST_AT_ONCE);
  const oneMore = await openCapture(captures(MOST_AT_ONCE + 1, lastsUs));
  await expect(oneMore.analyse()).rejects.toMatchObject({
    code: 'MOORING_ERR_CAPTURE_TOO_MANY_FILES',
    detail: { files: MOST_AT_ONCE + 1 },
  });
});

test('any number of captures that follow each other are merged', async () => {
  const count = 3 * MOST_AT_ONCE;
  const { totals } = await (await openCapture(captures(count, STEP_US / 2))).analyse();
  expect(totals.packets).toBe(2 * count);
});

test('the series and the replay of a connection that is not there are refused with how many there are', async () => {
  const capture = await openCapture(captures(2, STEP_US));
  const program = '(def (Report (volatile acked 0))) (when true (report))';
  for (const connection of [3, 0xffff]) {
    const refusal = { code: 'MOORING_ERR_CAPTURE_NO_FLOW', detail: { connection, connections: 2 } };
    await expect(capture.series({ connection })).rejects.toMatchObject(refusal);
    await expect(replayCapture(capture, { connection, program })).rejects.toMatchObject(refusal);
  }
});
