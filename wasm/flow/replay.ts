// The primitives of one ACK as a datapath would have them, derived from the capture. Each is a
// mark (index, value); the host collects them into an invocation.
import { MARK_PRIMITIVE } from '../generated/capture';
import { PacketView, TCP_ECE } from '../packet/view';
import {
  ackedBytes,
  ackedSegments,
  deliveredBytes,
  lostSegments,
  rttUs,
  sackedBytes,
  sackedSegments,
  sentSinceBytes,
} from './ack';
import { Direction, IN_TIMEOUT, pipeOf } from './direction';
import { mark } from './marks';

export function emitPrimitives(d: Direction, view: PacketView): void {
  const pipe = pipeOf(d);
  const segment = max<u32>(d.maxSegment, 1);
  // spec: RFC 3168 6.1.3, ECE covers what this ACK acknowledges
  const marked = (view.flags & TCP_ECE) != 0;
  emit(0, <f64>ackedBytes);
  emit(1, <f64>ackedSegments);
  emit(2, <f64>sackedBytes);
  emit(3, <f64>sackedSegments);
  emit(4, marked ? <f64>ackedBytes : 0);
  emit(5, marked ? <f64>ackedSegments : 0);
  emit(6, <f64>lostSegments);
  emit(7, d.flags & IN_TIMEOUT ? 1 : 0);
  emit(8, rttUs);
  emit(9, rttUs > 0 ? (<f64>sentSinceBytes * 1e6) / rttUs : 0);
  emit(10, rttUs > 0 ? (<f64>deliveredBytes * 1e6) / rttUs : 0);
  emit(11, <f64>pipe);
  emit(12, <f64>((pipe + segment - 1) / segment));
  emit(13, <f64>(d.cwndLast ? d.cwndLast : d.roundMax));
}

function emit(index: u32, value: f64): void {
  mark(MARK_PRIMITIVE, <f64>index, value);
}
