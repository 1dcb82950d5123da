import { expect, test } from 'vitest';
import { MARK_KIND, openCapture, replayCapture } from '../../src/capture/index.js';
import { ack, Conversation, data } from './conversation.js';

// A receiver's capture, a mirror port's: what was lost before it shows as holes that are filled late.

/** Handshake as seen `toDst` and `toSrc` ms away from the ends; ten segments, two of them lost before the capture. */
function behindTheLoss(toDst: number, toSrc: number): Conversation {
  const talk = new Conversation().out(0, { flags: 'S', seq: 0 }).back(toDst, { flags: 'SA', seq: 5000, ack: 1 });
  talk.out(toDst + toSrc, { seq: 1, ack: 5001 });
  const at = 100;
  for (let i = 0; i < 10; i += 1) if (i !== 3 && i !== 5) talk.out(at + i, data(i));
  talk.back(
    at + 9 + toDst,
    ack(3, {
      sack: [
        [4001, 5001],
        [6001, 10_001],
      ],
    }),
  );
  talk.out(at + 60, data(3)).out(at + 60.1, data(5));
  return talk.back(at + 60.2 + toDst, ack(10));
}

test('losses before the capture are said, in figures, marks and replay', async () => {
  const talk = behindTheLoss(0.1, 39.9);
  const c = await talk.analyse();
  expect(c.forward.lost).toEqual({ here: 0, beforeHere: 2 });
  expect([c.vantage, c.forward.retransmittedPackets]).toEqual(['dst', 0]);
  const capture = await openCapture(talk.bytes());
  const { marks, forward } = await capture.series({ connection: 1, marks: true });
  expect([...marks!.kind].filter((kind) => kind === MARK_KIND.UPSTREAM)).toHaveLength(2);
  expect([...marks!.kind].filter((kind) => kind === MARK_KIND.RETRANSMISSION)).toHaveLength(0);
  expect(forward.lostBeforeBytesPerSecond.some((rate) => rate > 0)).toBe(true);
  const program =
    '(def (Report (volatile lost 0))) (when true (:= Report.lost (+ Report.lost Ack.lost_pkts_sample)) (report))';
  const { reports } = await replayCapture(capture, { connection: 1, program });
  expect(reports.reduce((sum, { fields }) => sum + Number(fields['lost']), 0)).toBeGreaterThanOrEqual(2);
});

test('where a capture was made', async () => {
  expect((await behindTheLoss(39.9, 0.1).analyse()).vantage).toBe('src');
  expect((await behindTheLoss(20, 20).analyse()).vantage).toBe('between');
  // One direction only: nothing tells but the TTL, 64 as hosts set it.
  const one = new Conversation().out(0, data(0)).out(1, data(1));
  expect((await one.analyse()).vantage).toBe('src');
});
