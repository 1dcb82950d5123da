// The path of a packet: a list of elements it crosses in turn, shared by the flows of a group.
import { Event } from '../state/events';
import { EVENT_LINE } from '../state/kinds';
import { Packet } from '../state/packet';
import { Line, linePush } from './line';
import { Link, linkPush } from './link';

/** In a path, where the packet reaches an end of the connection. */
export const RECEIVER: usize = 1;
export const SENDER: usize = 2;

/** Sends `packet` on. Gives RECEIVER or SENDER where it has arrived, else 0. */
export function forward(packet: Packet): usize {
  const element = load<usize>(packet.path);
  packet.path += sizeof<usize>();
  if (element <= SENDER) return element;
  if (changetype<Event>(element).kind == EVENT_LINE) linePush(changetype<Line>(element), packet, 0);
  else linkPush(changetype<Link>(element), packet);
  return 0;
}
