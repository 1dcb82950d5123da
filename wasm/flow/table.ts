// Finds the connection of a packet: open addressing with linear probing over (hash, connection),
// and a list by last packet from which the oldest idle connections are finished when the state
// passes its limit. Where equal ends are several connections, the first is found by them, the others by what
// their packets carry as well (tenants.ts).
import { PacketView } from '../packet/index';
import { Connection, createConnection, warm } from './connection';

/** Odd numbers of 53 bits: of the golden ratio, of pi. */
const MIX: u64 = 0x13_c6ef_372f_e94f;
const FOLD: u64 = 0x19_21fb_5444_2d19;
const SPREAD: u32 = 0x9e37_79b1;

// | hash u32 | connection u32 |
const SLOT: usize = 8;

let slots: usize = 0;
let mask: u32 = 0;
/** Slots taken: a connection has one, and one more where its directions carry different tags. */
let used: u32 = 0;
let live: u32 = 0;
/** Connections that are not the first of their ends. */
let others: u32 = 0;
let nextNumber: u32 = 1;
let oldest: Connection = changetype<Connection>(0);
let newest: Connection = changetype<Connection>(0);

// The key of the packet asked for last.
let k0: u64 = 0;
let k1: u64 = 0;
let k2: u64 = 0;
let k3: u64 = 0;
let k4: u64 = 0;
let hash: u32 = 0;
/** The packet comes from the higher endpoint of the key. */
let high: u32 = 0;

export function liveConnections(): u32 {
  return live;
}

export function createdConnections(): u32 {
  return nextNumber - 1;
}

export function newestConnection(): Connection {
  return newest;
}

export function oldestConnection(): Connection {
  return oldest;
}

/** 1 when the packet asked for last was sent by the higher endpoint of its key. */
export function fromHigher(): u32 {
  return high;
}

/** A hash of the ends of the packet asked for last. */
export function tupleHash(): u32 {
  return hash;
}

/** The first connection of `view`'s endpoints, or 0. */
export function findConnection(view: PacketView): Connection {
  readKey(view);
  return slots ? find(hash) : changetype<Connection>(0);
}

/** Another connection of the endpoints asked for last, by what its packets carry; or 0. */
export function findTagged(tenant: u32): Connection {
  return others ? find(tagged(hash, tenant)) : changetype<Connection>(0);
}

function find(wanted: u32): Connection {
  let index = wanted & mask;
  while (true) {
    const slot = slots + <usize>index * SLOT;
    const found = load<u32>(slot, 4);
    if (!found) return changetype<Connection>(0);
    if (load<u32>(slot) == wanted) {
      const c = changetype<Connection>(<usize>found);
      if (c.key4 == k4 && c.key0 == k0 && c.key2 == k2 && c.key1 == k1 && c.key3 == k3) return c;
    }
    index = (index + 1) & mask;
  }
}

/** A new connection for the key `findConnection` was asked for last; `first` is the one it found, or 0. @seldom */
export function addConnection(first: Connection, tenant: u32): Connection {
  const c = createConnection();
  c.number = nextNumber;
  nextNumber += 1;
  c.hash = hash;
  c.key0 = k0;
  c.key1 = k1;
  c.key2 = k2;
  c.key3 = k3;
  c.key4 = k4;
  if (changetype<usize>(first)) {
    c.hash = tagged(hash, tenant);
    c.previousTenant = first;
    c.nextTenant = first.nextTenant;
    if (changetype<usize>(c.nextTenant)) c.nextTenant.previousTenant = c;
    first.nextTenant = c;
    others += 1;
  }
  addSlot(c.hash, c);
  live += 1;
  link(c);
  return c;
}

/** The other direction of `c` carries something else: it is found by that too. */
export function addAlias(c: Connection, tenant: u32): void {
  const alias = tagged(hash, tenant);
  if (c.alias || alias == c.hash || !changetype<usize>(c.previousTenant)) return;
  c.alias = alias;
  addSlot(alias, c);
}

/** Moves a connection to the newest end. */
export function touchConnection(c: Connection): void {
  if (c == newest) return;
  warm(c);
  unlink(c);
  link(c);
}

/** Takes a connection out; it is the caller's to free. @seldom */
export function removeConnection(c: Connection): void {
  unlink(c);
  removeSlot(c.hash, c);
  if (c.alias) removeSlot(c.alias, c);
  live -= 1;
  const previous = c.previousTenant;
  const next = c.nextTenant;
  if (changetype<usize>(next)) next.previousTenant = previous;
  if (changetype<usize>(previous)) {
    previous.nextTenant = next;
    others -= 1;
  } else if (changetype<usize>(next)) {
    // The next one is the first of their ends now.
    removeSlot(next.hash, next);
    next.hash = c.hash;
    addSlot(next.hash, next);
    others -= 1;
  }
}

function addSlot(itsHash: u32, c: Connection): void {
  if (used * 4 >= (mask + 1) * 3 || !slots) grow();
  place(slots, mask, itsHash, c);
  used += 1;
}

function removeSlot(itsHash: u32, c: Connection): void {
  let index = itsHash & mask;
  while (load<u64>(slots + <usize>index * SLOT) != (((<u64>changetype<usize>(c)) << 32) | itsHash))
    index = (index + 1) & mask;
  // Linear probing without tombstones: what follows moves back where its place allows.
  let hole = index;
  while (true) {
    index = (index + 1) & mask;
    const slot = slots + <usize>index * SLOT;
    if (!load<u32>(slot, 4)) break;
    const home = load<u32>(slot) & mask;
    if (((index - home) & mask) >= ((index - hole) & mask)) {
      store<u64>(slots + <usize>hole * SLOT, load<u64>(slot));
      hole = index;
    }
  }
  store<u64>(slots + <usize>hole * SLOT, 0);
  used -= 1;
}

// Two tags of the same ends that gave one hash would be two connections taken for one: the tag is spread well.
function tagged(ends: u32, tenant: u32): u32 {
  let h = ends ^ ((tenant + 1) * SPREAD);
  h = (h ^ (h >> 15)) * SPREAD;
  return h ^ (h >> 13);
}

function readKey(view: PacketView): void {
  const ports = ((<u64>view.srcPort) << 16) | view.dstPort;
  const swapped = ((<u64>view.dstPort) << 16) | view.srcPort;
  let s0: u64 = 0;
  let s1: u64 = 0;
  let d0: u64 = 0;
  let d1: u64 = 0;
  if (view.family == 4) {
    s0 = load<u32>(view.src);
    d0 = load<u32>(view.dst);
  } else {
    s0 = load<u64>(view.src);
    s1 = load<u64>(view.src, 8);
    d0 = load<u64>(view.dst);
    d1 = load<u64>(view.dst, 8);
  }
  const greater = s0 != d0 ? s0 > d0 : s1 != d1 ? s1 > d1 : view.srcPort > view.dstPort;
  high = greater ? 1 : 0;
  k0 = greater ? d0 : s0;
  k1 = greater ? d1 : s1;
  k2 = greater ? s0 : d0;
  k3 = greater ? s1 : d1;
  k4 = (greater ? swapped : ports) | ((<u64>view.family) << 32);
  // Multiply and fold: every input bit reaches the low bits the mask keeps. Ports come in after the addresses were mixed:
  // hosts and ports that count up together, as generators of traffic have them, would cancel each other out.
  let h = (k0 ^ rotl<u64>(k2, 32)) * MIX;
  h = (h ^ (h >> 32) ^ k4) * FOLD;
  if (view.family == 6) h = ((h ^ (h >> 32)) + (k1 ^ rotl<u64>(k3, 23))) * MIX;
  hash = <u32>(h >> 32);
}

function place(table: usize, tableMask: u32, itsHash: u32, c: Connection): void {
  let index = itsHash & tableMask;
  while (load<u32>(table + <usize>index * SLOT, 4)) index = (index + 1) & tableMask;
  const slot = table + <usize>index * SLOT;
  store<u32>(slot, itsHash);
  store<u32>(slot, <u32>changetype<usize>(c), 4);
}

// @seldom
function grow(): void {
  const capacity: u32 = slots ? (mask + 1) << 1 : 1024;
  const moved = heap.alloc(<usize>capacity * SLOT);
  memory.fill(moved, 0, <usize>capacity * SLOT);
  for (let c = oldest; changetype<usize>(c); c = c.newer) {
    place(moved, capacity - 1, c.hash, c);
    if (c.alias) place(moved, capacity - 1, c.alias, c);
  }
  if (slots) heap.free(slots);
  slots = moved;
  mask = capacity - 1;
}

function link(c: Connection): void {
  c.older = newest;
  c.newer = changetype<Connection>(0);
  if (changetype<usize>(newest)) newest.newer = c;
  else oldest = c;
  newest = c;
}

function unlink(c: Connection): void {
  if (changetype<usize>(c.older)) c.older.newer = c.newer;
  else oldest = c.newer;
  if (changetype<usize>(c.newer)) c.newer.older = c.older;
  else newest = c.older;
}
