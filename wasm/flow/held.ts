// A packet whose numbers cannot be of its connection, kept until the next ones tell: where a second
// packet agrees, both count (the capture had missed what lay between, or the ports are used again); where the
// connection goes on as before, it was forged, or late from a connection long gone. A connection holds
// one such packet.
import { PacketView, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, VIEW_BYTES } from '../packet/index';
import { Connection } from './connection';
import { after, before, Direction } from './direction';
import { allocState, freeState } from './state';
import { ackOutside, near, seqOutside } from './window';

@unmanaged
export class Held {
  ns: i64 = 0;
  wireBytes: u32 = 0;
  interfaceId: u32 = 0;
  side: u32 = 0;
  unused: u32 = 0;
}

const HEAD: usize = offsetof<Held>();
const ADDRESSES: usize = (HEAD + VIEW_BYTES + 7) & ~7;
const ADDRESS_BYTES: usize = 16;
const SACKS: usize = ADDRESSES + 2 * ADDRESS_BYTES;
const SACK_BYTES: usize = 32;
const SIZE: usize = SACKS + SACK_BYTES;

export function heldOf(c: Connection): Held {
  return changetype<Held>(c.held);
}

export function viewOf(held: Held): PacketView {
  return changetype<PacketView>(changetype<usize>(held) + HEAD);
}

/** Keeps a copy of the packet: its bytes are gone when the next one comes. @seldom */
export function hold(c: Connection, view: PacketView, side: u32, wireBytes: u32, nowNs: i64, interfaceId: u32): void {
  const at = allocState(SIZE);
  const held = changetype<Held>(at);
  held.ns = nowNs;
  held.wireBytes = wireBytes;
  held.interfaceId = interfaceId;
  held.side = side;
  memory.copy(at + HEAD, changetype<usize>(view), VIEW_BYTES);
  const copy = viewOf(held);
  const addressBytes: usize = view.family == 4 ? 4 : ADDRESS_BYTES;
  copy.src = at + ADDRESSES;
  copy.dst = copy.src + ADDRESS_BYTES;
  memory.copy(copy.src, view.src, addressBytes);
  memory.copy(copy.dst, view.dst, addressBytes);
  copy.sackBlocks = at + SACKS;
  memory.copy(copy.sackBlocks, view.sackBlocks, (<usize>view.sackCount) << 3);
  copy.accurateEcn = 0;
  copy.multipath = 0;
  c.held = at;
}

/** Takes the held packet out of its connection; free it with `freeHeld`. */
export function takeHeld(c: Connection): Held {
  const held = heldOf(c);
  c.held = 0;
  return held;
}

export function freeHeld(held: Held): void {
  freeState(changetype<usize>(held), SIZE);
}

/** Whether `view`, sent by `side`, is of the sequence space the held packet spoke of. @seldom */
export function agrees(held: Held, view: PacketView, side: u32, sender: Direction, peer: Direction): bool {
  const first = viewOf(held);
  const end = first.seq + first.payloadBytes + ((first.flags & TCP_SYN) >> 1) + (first.flags & TCP_FIN);
  if (first.flags & TCP_SYN) {
    if (side == held.side) return view.seq == end || (view.seq == first.seq && (view.flags & TCP_SYN) != 0);
    return (view.flags & (TCP_SYN | TCP_RST)) != 0 && acknowledges(view, first.seq, end);
  }
  if (view.flags & (TCP_SYN | TCP_RST)) return false;
  if (side == held.side) {
    const same = view.seq == first.seq && view.ack == first.ack;
    const seqFar = seqOutside(sender, peer, first.seq);
    if (same || seqFar != seqOutside(sender, peer, view.seq)) return false;
    return seqFar
      ? near(sender, peer, view.seq, end)
      : ackOutside(peer, sender, view) && near(peer, sender, view.ack, first.ack);
  }
  // The other side acknowledges the held data, or sends what the held ACK was for.
  if (seqOutside(peer, sender, first.seq)) return acknowledges(view, first.seq, end);
  return seqOutside(sender, peer, view.seq) && near(sender, peer, view.seq, first.ack) && !before(view.seq, first.ack);
}

function acknowledges(view: PacketView, start: u32, end: u32): bool {
  return (view.flags & TCP_ACK) != 0 && after(view.ack, start) && !after(view.ack, end);
}
