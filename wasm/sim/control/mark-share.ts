// The share of a flow's segments that come marked, as scalable controllers know it (RFC 8257 3.3): once in each window
// of data α moves by a part g of the way to the share of that window.
//
//   α ← (1 − g)·α + g·M,  g = 1/16
import { AckSample, Flow } from '../state/index';

const GAIN: f64 = 1.0 / 16;

@unmanaged
export class MarkShare {
  /** 1 at first: a flow that knows nothing halves for its first mark, as for a loss. */
  alpha: f64 = 1;
  windowEnd: u32 = 0;
  delivered: u32 = 0;
  marked: u32 = 0;
}

export function startMarkShare(share: MarkShare, flow: Flow): void {
  share.alpha = 1;
  beginWindow(share, flow);
}

/** Takes in an ACK. True where a window of data ends. */
export function takeMarks(share: MarkShare, flow: Flow, sample: AckSample): bool {
  share.delivered += sample.newlyDelivered;
  share.marked += min<u32>(sample.newlyMarked, sample.newlyDelivered);
  if (<i32>(flow.sndUna - share.windowEnd) <= 0 || share.delivered == 0) return false;
  share.alpha += GAIN * (<f64>share.marked / <f64>share.delivered - share.alpha);
  beginWindow(share, flow);
  return true;
}

function beginWindow(share: MarkShare, flow: Flow): void {
  share.windowEnd = flow.sndNxt;
  share.delivered = 0;
  share.marked = 0;
}
