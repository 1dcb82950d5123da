// The sender's host: an access link that a burst leaves one segment after the other, and the way from there to
// the path. Without it what a window allows would arrive at the first queue in one instant, where a queue of two
// packets drops what no real host could have sent so fast. Hosts are not clocks either: between the segments of a
// burst passes a little time more, drawn for each, or flows of equal round trips would act in step for ever.
import { EVENT_LINE, Flow, now, Packet, recordPacket, TAP_SENDER, tapsSender } from '../state/index';
import { Line, linePush } from './line';
import { forward } from './network';

/** The segment leaves after those before it. One that finds its host free is on the path at once, which costs no event. */
export function leaveHost(flow: Flow, packet: Packet): void {
  const group = flow.group;
  const start = max<i64>(now, flow.hostFree);
  flow.hostFree = start + <i64>(<f64>packet.size * group.accessNsPerByte);
  if (group.hostJitter > 0) flow.hostFree += <i64>(group.hostRandom.unit() * <f64>group.hostJitter);
  if (tapsSender) recordPacket(packet, TAP_SENDER, start);
  if (start == now && group.accessDelay == 0) {
    forward(packet);
    return;
  }
  if (!flow.hostLine) {
    const line = new Line();
    line.kind = EVENT_LINE;
    line.delay = group.accessDelay;
    flow.hostLine = changetype<usize>(line);
  }
  linePush(changetype<Line>(flow.hostLine), packet, start - now);
}
