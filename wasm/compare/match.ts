// Packets of one point and their like at the other, in the order of time by one clock. Who finds no like within the window
// was lost, was missed by a capture, or does not travel this path.
import {
  CROSSING_COLUMN_AMBIGUOUS,
  CROSSING_COLUMN_GIVEN_UP,
  CROSSING_COLUMN_NOT_CAPTURED_AFTER,
  CROSSING_COLUMN_NOT_CAPTURED_BEFORE,
  CROSSING_COLUMN_OUTSIDE,
  KIND_TCP,
  POINT_COLUMN_COMPARED,
  POINT_COLUMN_COPIES,
  POINT_COLUMN_CUT,
  POINT_COLUMN_ELSEWHERE,
  POINT_COLUMN_UNTIED,
} from '../generated/capture';
import { TCP_ACK, TCP_SYN, view } from '../packet/index';
import { arrive, comeLate, count, expectedNs, lose } from './crossing';
import { bareKey, COMPARED, connectionKey, contentHash, endsKey, fingerprint, link, orientation } from './fingerprint';
import { flowGeneration, flowMatched, flowOf, Half, half, noteMatched } from './flows';
import { finished, mixed } from './hash';
import { linksGiven } from './links';
import { pairAt } from './pairs';
import { countAt } from './points';
import {
  COPY_NS,
  dropOldest,
  enter,
  headOf,
  inRing,
  MATCHED,
  next,
  oldest,
  RESENT,
  ringEmpty,
  ringFull,
  Waiting,
  waitingAt,
} from './ring';

/** Of a chain that is looked through, and of a flow's packets when one of them is sent again. */
const CHAIN: u32 = 256;
const FLOW_CHAIN: u32 = 8192;
const NONE = changetype<Waiting>(0);

/** How packets are told apart: without addresses; with window, with TCP options; by IP identification too. */
let translated: bool = false;
let withWindow: bool = false;
let withOptions: bool = false;
let withIds: bool = false;
let windowNs: i64 = 0;
/** What the captures cover, by the clock of A. */
let from0: i64 = 0;
let to0: i64 = 0;
let from1: i64 = 0;
let to1: i64 = 0;
/** The least a packet takes, and the most. */
let floorNs: i64 = 0;
let longestNs: i64 = 0;
let nowNs: i64 = i64.MIN_VALUE;

export function initMatch(
  bare: bool,
  windows: bool,
  options: bool,
  ids: bool,
  window: i64,
  floor: i64,
  longest: i64,
): void {
  translated = bare;
  withWindow = windows;
  withOptions = options;
  withIds = ids;
  windowNs = window;
  floorNs = floor;
  longestNs = longest;
}

export function setCovered(side: u32, from: i64, to: i64): void {
  if (side) {
    from1 = from;
    to1 = to;
  } else {
    from0 = from;
    to0 = to;
  }
}

/** Handles `length` bytes from `offset` on of the payload of `view`, the `part`th of its segments. */
export function match(side: u32, timeNs: i64, pair: u32, offset: u32, length: u32, part: u32): void {
  if (fingerprint(offset, length, withWindow, withOptions) != COMPARED) {
    countAt(side, POINT_COLUMN_CUT);
    return;
  }
  nowNs = max(nowNs, timeNs);
  while (!ringEmpty() && (ringFull() || waitingAt(oldest).timeNs < nowNs - windowNs)) expireOldest(ringFull());
  const id = view.family == 4 ? (view.ipId + part) & 0xffff : 0;
  const linked = changetype<usize>(link) != 0;
  let key = translated && !linked ? bareKey : endsKey;
  if (withIds && id && !(linked && link.grid)) key = finished(mixed(key, id));
  const flow = flowOf(mixed(connectionKey, side));
  if (view.kind == KIND_TCP) noteTcp(half(flow, orientation), offset, length);
  let found = NONE;
  let foundNumber: u32 = 0;
  let candidates: u32 = 0;
  let copy = false;
  let steps: u32 = 0;
  for (let number = headOf(key); inRing(number); ) {
    const entry = waitingAt(number);
    steps += 1;
    if (steps > CHAIN) break;
    if (entry.key == key && !(entry.content && contentHash && entry.content != contentHash)) {
      const sinceNs = timeNs - (entry.side == side ? entry.timeNs : entry.otherNs);
      if (entry.side == side || entry.state & MATCHED) {
        copy = copy || (sinceNs >= -COPY_NS && sinceNs <= COPY_NS && isCopy(entry, id, length));
      } else {
        candidates += 1;
        if (!changetype<usize>(found) || nearer(entry, found, side, timeNs)) {
          found = entry;
          foundNumber = number;
        }
      }
    }
    number = entry.chain;
  }
  if (copy && (!candidates || id)) {
    countAt(side, POINT_COLUMN_COPIES);
    return;
  }
  countAt(side, POINT_COLUMN_COMPARED);
  if (changetype<usize>(found)) {
    join(found, foundNumber, side, timeNs, pair, flow, candidates);
    return;
  }
  const entry = enter(key);
  entry.timeNs = timeNs;
  entry.otherNs = i64.MIN_VALUE;
  entry.pair = pair;
  entry.side = <u8>side;
  entry.orientation = <u8>orientation;
  entry.id = <u16>id;
  entry.content = contentHash;
  entry.crowded = steps > CHAIN ? 1 : 0;
  entry.flow = flow;
  entry.flowGeneration = flowGeneration(flow);
  entry.linked = linked ? 1 : 0;
  if (view.kind != KIND_TCP) return;
  entry.tcp = 1;
  entry.seq = view.seq + offset;
  entry.length = length;
  if (!length) return;
  const sent = half(flow, orientation);
  entry.flowChain = sent.chain;
  sent.chain = next - 1;
}

/** After the last packet. */
export function expireAll(): void {
  while (!ringEmpty()) expireOldest(false);
}

// Packets with an identification are copies when it is the same; without, what a host would not send again so soon.
function isCopy(entry: Waiting, id: u32, length: u32): bool {
  if (id || entry.id) return id == entry.id;
  return view.kind == KIND_TCP && (length > 0 || (view.flags & TCP_SYN) != 0);
}

// Of equals, the one whose delay is nearest to that of the packets before.
function nearer(entry: Waiting, found: Waiting, side: u32, timeNs: i64): bool {
  return oddness(entry, side, timeNs) < oddness(found, side, timeNs);
}

function oddness(entry: Waiting, side: u32, timeNs: i64): f64 {
  const way = wayOf(entry.pair, entry.orientation);
  const later = <f64>(timeNs - entry.timeNs);
  if (!way) return later;
  const delay = (way > 0 ? 1 : 0) == side ? later : -later;
  return Math.abs(delay - expectedNs(way > 0 ? 0 : 1));
}

/** 1 from A to B, −1 from B to A, 0 unknown. */
function wayOf(pair: u32, direction: u32): i32 {
  if (!pair) return 0;
  return direction ? -pairAt(pair).way : pairAt(pair).way;
}

// ACKs, and which of the data that wait are sent again.
function noteTcp(sent: Half, offset: u32, length: u32): void {
  if (view.flags & TCP_ACK && (!sent.hasAck || <i32>(view.ack - sent.ack) > 0)) {
    sent.ack = view.ack;
    sent.hasAck = 1;
  }
  if (!length) return;
  const seq = view.seq + offset;
  const end = seq + length;
  if (sent.hasEnd && <i32>(seq - sent.end) < 0) {
    let steps: u32 = 0;
    for (let number = sent.chain; inRing(number) && steps < FLOW_CHAIN; steps += 1) {
      const entry = waitingAt(number);
      if (<i32>(entry.seq - end) < 0 && <i32>(entry.seq + entry.length - seq) > 0) entry.state |= RESENT;
      number = entry.flowChain;
    }
  }
  if (!sent.hasEnd || <i32>(end - sent.end) > 0) sent.end = end;
  sent.hasEnd = 1;
}

function join(entry: Waiting, number: u32, side: u32, timeNs: i64, pair: u32, flow: u32, candidates: u32): void {
  entry.state |= MATCHED;
  entry.otherNs = timeNs;
  noteMatched(flow);
  if (flowGeneration(entry.flow) == entry.flowGeneration) noteMatched(entry.flow);
  const differenceNs = side ? timeNs - entry.timeNs : entry.timeNs - timeNs;
  vote(pair, orientation, differenceNs);
  if (entry.pair != pair) vote(entry.pair, entry.orientation, differenceNs);
  let toB = differenceNs > 0;
  const told = wayOf(pair, orientation);
  if (told) toB = told > 0;
  const way: u32 = toB ? 0 : 1;
  const entryFirst = (entry.side == 0) == toB;
  const fromNs = entryFirst ? entry.timeNs : timeNs;
  if (candidates > 1) count(way, CROSSING_COLUMN_AMBIGUOUS);
  arrive(way, fromNs, toB ? differenceNs : -differenceNs, candidates == 1);
  // The order at the point where they left first.
  if (entryFirst && flowGeneration(entry.flow) != entry.flowGeneration) return;
  const left = entryFirst ? half(entry.flow, entry.orientation) : half(flow, orientation);
  const order = entryFirst ? number : next;
  if (left.furthest && <i32>(order - left.furthest) < 0) comeLate(way, fromNs);
  else left.furthest = order;
}

/** Packets that must say the same before a pair's way is believed. */
const AGREED: i32 = 4;

function vote(pair: u32, direction: u32, differenceNs: i64): void {
  if (!pair) return;
  const hosts = pairAt(pair);
  hosts.matched += 1;
  if (hosts.way) return;
  hosts.votes += differenceNs > 0 == (direction == 0) ? 1 : -1;
  if (hosts.votes >= AGREED) hosts.way = 1;
  else if (hosts.votes <= -AGREED) hosts.way = -1;
}

// Whoever leaves the ring without having been matched.
function expireOldest(early: bool): void {
  const number = oldest;
  const entry = waitingAt(number);
  dropOldest();
  if (entry.state & MATCHED) return;
  const side = entry.side;
  if (linksGiven() && entry.tcp && !entry.linked && !flowMatched(entry.flow, entry.flowGeneration)) {
    countAt(side, POINT_COLUMN_UNTIED);
    return;
  }
  if (!entry.pair || !pairAt(entry.pair).matched) {
    countAt(side, POINT_COLUMN_ELSEWHERE);
    return;
  }
  let direction = wayOf(entry.pair, entry.orientation);
  if (!direction) direction = pairAt(entry.pair).votes > 0 == (entry.orientation == 0) ? 1 : -1;
  const way: u32 = direction > 0 ? 0 : 1;
  const first: u32 = way ? 1 : 0;
  if (early && entry.timeNs >= nowNs - windowNs) {
    count(way, CROSSING_COLUMN_GIVEN_UP);
    return;
  }
  if (side != first) {
    const before = covers(first, entry.timeNs - longestNs, entry.timeNs - floorNs);
    count(way, before ? CROSSING_COLUMN_NOT_CAPTURED_BEFORE : CROSSING_COLUMN_OUTSIDE);
    return;
  }
  if (!coversAfter(1 - first, entry, number)) {
    count(way, CROSSING_COLUMN_OUTSIDE);
    return;
  }
  if (entry.crowded) {
    count(way, CROSSING_COLUMN_GIVEN_UP);
    return;
  }
  if (wasDelivered(entry)) {
    count(way, CROSSING_COLUMN_NOT_CAPTURED_AFTER);
    return;
  }
  lose(way, entry.timeNs, entry.length);
}

function covers(side: u32, from: i64, to: i64): bool {
  return side ? from >= from1 && to <= to1 : from >= from0 && to <= to0;
}

// The other capture had begun when it could arrive first, and still ran when it could arrive last.
function coversAfter(side: u32, entry: Waiting, number: u32): bool {
  const from = entry.timeNs + floorNs;
  return covers(side, from, entry.timeNs + longestNs) || (covers(side, from, from) && passedBy(entry, number));
}

// A later packet of its connection arrived, so the other capture was still running.
function passedBy(entry: Waiting, number: u32): bool {
  if (flowGeneration(entry.flow) != entry.flowGeneration) return false;
  const furthest = half(entry.flow, entry.orientation).furthest;
  return furthest != 0 && <i32>(furthest - number) > 0;
}

// Acknowledged, and never sent again: the other capture missed it.
function wasDelivered(entry: Waiting): bool {
  if (!entry.length || entry.state & RESENT || flowGeneration(entry.flow) != entry.flowGeneration) return false;
  const other = half(entry.flow, 1 - entry.orientation);
  return other.hasAck != 0 && <i32>(other.ack - (entry.seq + entry.length)) >= 0;
}
