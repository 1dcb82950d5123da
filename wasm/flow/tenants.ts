// Networks that share a wire: equal addresses and ports in two VLANs, VNIs, labels, keys or TEIDs are two
// connections. But a tag does not make a connection: trunk and access side of a switch show one packet with
// and without it, the two directions of a tunnel have numbers of their own, and a path may change. So a tag
// that is new asks whose numbers the packet goes on with, and only where nobody's, it begins a connection.
//
// The first connection of two ends is found by them alone (table.ts). Others of the same ends are found by
// their ends and tag together, and are chained to the first for those whose other direction is not known yet:
//
//   ends → first ⇄ second ⇄ third …     ends + tag → second, ends + tag → third …
import { PacketView, TCP_ACK, TCP_SYN } from '../packet/index';
import { Connection, directionAt, sideOf } from './connection';
import { after, before, Direction, SEEN, SYN_SEEN } from './direction';
import { addAlias, findTagged, fromHigher } from './table';

/** Copies of one packet are no further apart (copies.ts). */
const COPY_NS: i64 = 2_000_000;
/** Connections of the same ends that are asked whether a packet is theirs. */
const MOST_ASKED: u32 = 64;
/** Bytes that a path may be behind the other. */
const NEAR: u32 = 1 << 16;

let joined: bool = false;

/** Tags and tunnels do not tell connections apart. */
export function joinTenants(on: u32): void {
  joined = on != 0;
}

/** The tenant a packet is of, as far as the caller wants to tell them apart. */
export function tenantOf(view: PacketView): u32 {
  return joined ? 0 : view.tenant;
}

/** Whether `c` knows what its side `side` sends by another tag. */
export function isOther(c: Connection, side: u32, tenant: u32): bool {
  return (side ? c.tenant1 : c.tenant0) != tenant;
}

/** The connection a packet is of, where `first` of its ends is of another tag; 0 where the packet begins one. @seldom */
export function findTenant(first: Connection, view: PacketView, tenant: u32, nowNs: i64): Connection {
  const high = fromHigher();
  const tagged = findTagged(tenant);
  if (changetype<usize>(tagged) && !isOther(tagged, sideOf(tagged, high), tenant)) return tagged;
  let silent = changetype<Connection>(0);
  let c = first;
  for (let asked: u32 = 0; changetype<usize>(c) && asked < MOST_ASKED; asked += 1, c = c.nextTenant) {
    const side = sideOf(c, high);
    if (!isOther(c, side, tenant)) return c;
    if (directionAt(c, side).packets == 0) {
      if (!changetype<usize>(silent) && answers(c, side, view)) silent = c;
    } else if (goesOn(c, side, view, nowNs)) return c;
  }
  if (!changetype<usize>(silent)) return silent;
  // A tunnel's way back has a number of its own.
  if (sideOf(silent, high)) silent.tenant1 = tenant;
  else silent.tenant0 = tenant;
  addAlias(silent, tenant);
  return silent;
}

// Nothing came this way yet: the packet acknowledges what the other side sent.
function answers(c: Connection, side: u32, view: PacketView): bool {
  const peer = directionAt(c, side ^ 1);
  if (!(view.flags & TCP_ACK)) return (view.flags & TCP_SYN) == 0;
  return within(peer, view.ack);
}

// The packet goes on where this connection is, under another tag.
function goesOn(c: Connection, side: u32, view: PacketView, nowNs: i64): bool {
  const sender = directionAt(c, side);
  // Hosts begin at a number of their own: the same one is a copy, or the same SYN sent again another way.
  if (view.flags & TCP_SYN) {
    const apart = nowNs - sender.synNs;
    return (sender.flags & SYN_SEEN) != 0 && sender.isn == view.seq && apart <= COPY_NS && apart >= -COPY_NS;
  }
  const peer = directionAt(c, side ^ 1);
  return (sender.flags & SEEN) != 0 && within(sender, view.seq) && (!(view.flags & TCP_ACK) || within(peer, view.ack));
}

function within(d: Direction, seq: u32): bool {
  return (d.flags & SEEN) == 0 || (!before(seq, d.una - NEAR) && !after(seq, d.sndMax + NEAR));
}
