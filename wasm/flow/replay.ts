// The primitives of one ACK as a datapath would have them, derived from the capture. Each is a
// mark (index, value); the host collects them, and the last column makes an invocation of them.
import {
  MARK_PRIMITIVE,
  PRIMITIVE_COLUMN_BYTES_ACKED,
  PRIMITIVE_COLUMN_BYTES_IN_FLIGHT,
  PRIMITIVE_COLUMN_BYTES_MISORDERED,
  PRIMITIVE_COLUMN_ECN_BYTES,
  PRIMITIVE_COLUMN_ECN_PACKETS,
  PRIMITIVE_COLUMN_LOST_PKTS_SAMPLE,
  PRIMITIVE_COLUMN_PACKETS_ACKED,
  PRIMITIVE_COLUMN_PACKETS_IN_FLIGHT,
  PRIMITIVE_COLUMN_PACKETS_MISORDERED,
  PRIMITIVE_COLUMN_RATE_INCOMING,
  PRIMITIVE_COLUMN_RATE_OUTGOING,
  PRIMITIVE_COLUMN_RTT_SAMPLE_US,
  PRIMITIVE_COLUMN_WAS_TIMEOUT,
} from '../generated/capture';
import { effect } from './ack-effect';
import { Direction, IN_TIMEOUT, pipeOf } from './direction';
import { mark } from './marks';

// @seldom
export function emitPrimitives(d: Direction): void {
  const pipe = pipeOf(d);
  const segment = max<u32>(d.maxSegmentBytes, 1);
  const markedBytes = effect.echoed ? effect.ackedBytes : min(effect.ceBytes, effect.ackedBytes);
  const markedPackets = effect.echoed ? effect.ackedSegments : effect.cePackets;
  // A resend of what was lost before the capture tells of a loss as the sender knew it.
  const lost = effect.lostSegments + d.upstreamUnfed;
  d.upstreamUnfed = 0;
  const rttUs = effect.rttUs;
  put(PRIMITIVE_COLUMN_BYTES_ACKED, effect.ackedBytes);
  put(PRIMITIVE_COLUMN_PACKETS_ACKED, effect.ackedSegments);
  put(PRIMITIVE_COLUMN_BYTES_MISORDERED, effect.sackedBytes);
  put(PRIMITIVE_COLUMN_PACKETS_MISORDERED, effect.sackedSegments);
  put(PRIMITIVE_COLUMN_ECN_BYTES, markedBytes);
  put(PRIMITIVE_COLUMN_ECN_PACKETS, markedPackets);
  put(PRIMITIVE_COLUMN_LOST_PKTS_SAMPLE, lost);
  put(PRIMITIVE_COLUMN_WAS_TIMEOUT, d.flags & IN_TIMEOUT ? 1 : 0);
  put(PRIMITIVE_COLUMN_RTT_SAMPLE_US, rttUs);
  put(PRIMITIVE_COLUMN_RATE_OUTGOING, rttUs > 0 ? (<f64>effect.sentSinceBytes * 1e6) / rttUs : 0);
  put(PRIMITIVE_COLUMN_RATE_INCOMING, rttUs > 0 ? (<f64>effect.deliveredBytes * 1e6) / rttUs : 0);
  put(PRIMITIVE_COLUMN_BYTES_IN_FLIGHT, pipe);
  put(PRIMITIVE_COLUMN_PACKETS_IN_FLIGHT, (pipe + segment - 1) / segment);
}

function put(column: u32, value: f64): void {
  mark(MARK_PRIMITIVE, <f64>column, value);
}
