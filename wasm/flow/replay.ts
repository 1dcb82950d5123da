// The primitives of one ACK as a datapath would have them, derived from the capture. Each is a
// mark (index, value); the host collects them into an invocation.
import { MARK_PRIMITIVE } from '../generated/capture';
import { PacketView, TCP_ECE } from '../packet/index';
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
  next = 0;
  // In the order of `primitive` in spec/capture.json.
  put(<f64>ackedBytes);
  put(<f64>ackedSegments);
  put(<f64>sackedBytes);
  put(<f64>sackedSegments);
  put(marked ? <f64>ackedBytes : 0);
  put(marked ? <f64>ackedSegments : 0);
  put(<f64>lostSegments);
  put(d.flags & IN_TIMEOUT ? 1 : 0);
  put(rttUs);
  put(rttUs > 0 ? (<f64>sentSinceBytes * 1e6) / rttUs : 0);
  put(rttUs > 0 ? (<f64>deliveredBytes * 1e6) / rttUs : 0);
  put(<f64>pipe);
  put(<f64>((pipe + segment - 1) / segment));
}

let next: u32 = 0;

function put(value: f64): void {
  mark(MARK_PRIMITIVE, <f64>next, value);
  next += 1;
}
