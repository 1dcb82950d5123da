import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { frame, type Packet, pcap } from './build.js';

const packets: Packet[] = Array.from({ length: 20_000 }, (_, i) => ({
  us: i * 1500,
  bytes: frame({ seq: 1000 + i * 100, length: 100, flags: 'A', srcPort: 1000, dstPort: 80 }),
}));
const closed = expect.objectContaining({ code: 'MOORING_ERR_CAPTURE_CLOSED' });

test('a capture that was closed is not read again', async () => {
  const capture = await openCapture(pcap(packets));
  await capture.close();
  await expect(capture.info()).rejects.toEqual(closed);
  await expect(capture.analyse()).rejects.toEqual(closed);
});

test('a pass ends where its capture is closed in the middle', async () => {
  const capture = await openCapture(pcap(packets));
  const batches = capture.batches();
  expect((await batches.next()).done).toBe(false);
  await capture.close();
  await expect(
    (async () => {
      for await (const _ of batches);
    })(),
  ).rejects.toEqual(closed);
});
