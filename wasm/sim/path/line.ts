// A line: packets that all take the same time and stay in order. Only the first of them is on
// the wheel, so a long line costs no more than a short one.
import { Event, now, Packet, schedule } from '../state/index';

@unmanaged
export class Line extends Event {
  delay: i64 = 0;
  head: usize = 0;
  tail: usize = 0;
  last: i64 = 0;
}

/** Lets `packet` into the line, to leave it `extra` after the usual delay but never out of order. */
export function linePush(line: Line, packet: Packet, extra: i64): void {
  const at = max<i64>(now + line.delay + extra, line.last);
  line.last = at;
  packet.time = at;
  packet.next = 0;
  if (line.head) {
    changetype<Packet>(line.tail).next = changetype<usize>(packet);
  } else {
    line.head = changetype<usize>(packet);
    schedule(line, at);
  }
  line.tail = changetype<usize>(packet);
}

/** The packet whose time has come. */
export function linePop(line: Line): Packet {
  const packet = changetype<Packet>(line.head);
  line.head = packet.next;
  if (packet.next) schedule(line, changetype<Packet>(packet.next).time);
  return packet;
}
