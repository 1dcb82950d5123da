// The path of a packet: a list of elements it crosses in turn, shared by the flows of a group.
import { EVENT_LINE, EVENT_LINK, Event, Packet } from '../state/index';
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
  const kind = changetype<Event>(element).kind;
  if (kind == EVENT_LINE) linePush(changetype<Line>(element), packet, 0);
  else if (kind == EVENT_LINK) linkPush(changetype<Link>(element), packet);
  else unreachable();
  return 0;
}
