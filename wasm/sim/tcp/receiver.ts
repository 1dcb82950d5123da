// The receiving end: reassembly, delayed acknowledgements (RFC 1122 4.2.3.2, RFC 5681 4.2), SACK
// and DSACK blocks (RFC 2018, RFC 2883), the ECN echo (RFC 3168 6.1.3). Segments that came early
// stand as bits in a ring above the next one expected; of the runs they form the three that grew last are known by
// their bounds, so that what an acknowledgement costs does not grow with the window.
import { CONTROLLER_UDP, ECN_ACCURATE, ECN_CLASSIC, ECN_DCTCP } from '../../generated/sim';
import { forward } from '../path/index';
import {
  addEcho,
  allocatePacket,
  clearTimer,
  Echo,
  EVENT_DELAYED_ACK,
  Flow,
  freePacket,
  now,
  PACKET_ACK,
  PACKET_CE,
  PACKET_CWR,
  PACKET_DSACK,
  PACKET_ECE,
  Packet,
  recordPacket,
  recycle,
  setTimer,
  TAP_RECEIVER,
  tapsReceiver,
} from '../state/index';

const FIRST_BITS: u32 = 256;
/** Of an ACK with SACK blocks: kind, length and padding, then 8 bytes each (RFC 2018 3). */
const SACK_OPTION_BYTES: u32 = 4;
const SACK_BLOCK_BYTES: u32 = 8;
const MAX_BLOCKS: u32 = 3;
const MAX_RUNS: u32 = 3;

export function startReceiver(flow: Flow): void {
  flow.receiverGroup = flow.group;
  flow.receiverEnd = flow.sized ? flow.totalSegments : 0;
  flow.rcvNxt = 0;
  flow.unacked = 0;
  flow.runs = 0;
  flow.ceCount = 0;
  flow.eceActive = false;
}

/** A data packet has arrived. */
export function receive(flow: Flow, packet: Packet): void {
  const group = flow.receiverGroup;
  if (group.controller == CONTROLLER_UDP) {
    receiveDatagram(flow, packet);
    return;
  }
  const seq = packet.seq;
  flow.receivedBytes += <u32>packet.size - group.headerBytes;
  let atOnce = flow.outOfOrder > 0;
  if (group.ecn && takeMark(flow, packet)) atOnce = true;
  const ahead = <i32>(seq - flow.rcvNxt);
  let duplicate = false;
  if (ahead == 0) {
    flow.rcvNxt += 1;
    if (flow.outOfOrder > 0) takeEarlyOnes(flow);
  } else {
    atOnce = true;
    duplicate = ahead < 0 || !setEarly(flow, seq);
    if (!duplicate) joinRuns(flow, seq);
  }
  flow.unacked += 1;
  if (flow.rcvNxt == flow.receiverEnd && flow.sized) atOnce = true;
  if (atOnce || flow.unacked >= group.ackEvery) {
    sendAck(flow, packet, seq, duplicate);
    return;
  }
  flow.absorbed += 1;
  freePacket(packet);
  if (flow.ackDeadline < 0) setTimer(flow, EVENT_DELAYED_ACK, now + group.ackTimeout);
}

/** Counts as acknowledged here: there is no other end of it. */
function receiveDatagram(flow: Flow, packet: Packet): void {
  const payload = <f64>(<u32>packet.size - flow.receiverGroup.headerBytes);
  flow.receivedBytes += payload;
  flow.ackedBytes += payload;
  flow.delivered += 1;
  if (packet.flags & PACKET_CE) flow.marks += 1;
  flow.inNetwork -= 1;
  freePacket(packet);
  if (flow.hasEnded()) recycle(flow);
}

/** The delayed acknowledgement's time has come. */
export function onDelayedAck(flow: Flow): void {
  if (flow.unacked > 0) acknowledgeNow(flow);
}

function acknowledgeNow(flow: Flow): void {
  const ack = allocatePacket();
  ack.owner = changetype<usize>(flow);
  ack.path = flow.group.ackPath;
  flow.absorbed -= 1;
  sendAck(flow, ack, flow.rcvNxt, false);
}

/**
 * What the mark on a packet, or its absence, changes of what is echoed; true where that is to be told at once.
 *
 *   classic    ECE from the first mark on to CWR (RFC 3168 6.1.3)
 *   dctcp      ECE as the packets that are acknowledged were marked: a change acknowledges those before it (RFC 8257 3.2)
 *   accurate   a count of marks, and an ACK at each change (RFC 9768 3.2.2.5.1)
 */
function takeMark(flow: Flow, packet: Packet): bool {
  const ecn = flow.receiverGroup.ecn;
  const isMarked = (packet.flags & PACKET_CE) != 0;
  if (ecn == ECN_CLASSIC && packet.flags & PACKET_CWR) flow.eceActive = false;
  const changes = isMarked != flow.eceActive;
  if (ecn == ECN_DCTCP && changes && flow.unacked > 0) acknowledgeNow(flow);
  if (isMarked) {
    flow.ceCount += 1;
    flow.marks += 1;
  }
  if (ecn == ECN_CLASSIC && !isMarked) return false;
  flow.eceActive = isMarked;
  return ecn != ECN_DCTCP && changes;
}

// The packet that asks for the acknowledgement travels back as it.
function sendAck(flow: Flow, ack: Packet, latest: u32, duplicate: bool): void {
  if (flow.ackDeadline >= 0) clearTimer(flow, EVENT_DELAYED_ACK);
  flow.unacked = 0;
  ack.flags = flow.eceActive && flow.receiverGroup.ecn != ECN_ACCURATE ? PACKET_ACK | PACKET_ECE : PACKET_ACK;
  ack.seq = flow.rcvNxt;
  ack.size = <u16>flow.receiverGroup.headerBytes;
  const sacks = duplicate || flow.outOfOrder > 0;
  if (sacks || flow.ceCount > 0) addEcho(ack).ceCount = flow.ceCount;
  if (sacks) addSackBlocks(flow, ack, latest, duplicate);
  if (tapsReceiver) recordPacket(ack, TAP_RECEIVER, now);
  forward(ack);
}

function addSackBlocks(flow: Flow, ack: Packet, latest: u32, duplicate: bool): void {
  const echo = ack.echo;
  let blocks: u32 = 0;
  if (duplicate) {
    ack.flags |= PACKET_DSACK;
    blocks = addBlock(echo, blocks, latest, latest + 1);
  }
  for (let i: u32 = 0; i < flow.runs && blocks < MAX_BLOCKS; i++) {
    const at = runAt(flow, i);
    blocks = addBlock(echo, blocks, load<u32>(at), load<u32>(at, 4));
  }
  ack.size += <u16>(SACK_OPTION_BYTES + blocks * SACK_BLOCK_BYTES);
}

function addBlock(echo: Echo, blocks: u32, start: u32, end: u32): u32 {
  const at = changetype<usize>(echo) + offsetof<Echo>('sackStart0') + (blocks << 3);
  store<u32>(at, start);
  store<u32>(at, end, 4);
  return blocks + 1;
}

// The run around a segment that came early becomes the first of those to be told (RFC 2018 4). Its ends are known
// where it joins runs that are; one that was forgotten is gone through.
function joinRuns(flow: Flow, seq: u32): void {
  let start = seq;
  let end = seq + 1;
  let kept: u32 = 0;
  for (let i: u32 = 0; i < flow.runs; i++) {
    const at = runAt(flow, i);
    if (load<u32>(at, 4) == seq) start = load<u32>(at);
    else if (load<u32>(at) == seq + 1) end = load<u32>(at, 4);
    else store<u64>(runAt(flow, kept++), load<u64>(at));
  }
  if (start == seq && hasBit(flow, seq - 1)) start = blockStart(flow, seq - 1);
  if (end == seq + 1 && hasBit(flow, end)) end = blockEnd(flow, end);
  kept = min<u32>(kept, MAX_RUNS - 1);
  for (let i = kept; i > 0; i--) store<u64>(runAt(flow, i), load<u64>(runAt(flow, i - 1)));
  store<u32>(runAt(flow, 0), start);
  store<u32>(runAt(flow, 0), end, 4);
  flow.runs = <u8>(kept + 1);
}

/** Start and end of a run, those that grew last first. */
function runAt(flow: Flow, index: u32): usize {
  return changetype<usize>(flow) + offsetof<Flow>('runStart0') + (index << 3);
}

function takeEarlyOnes(flow: Flow): void {
  while (flow.outOfOrder > 0 && hasBit(flow, flow.rcvNxt)) {
    clearBit(flow, flow.rcvNxt);
    flow.outOfOrder -= 1;
    flow.rcvNxt += 1;
  }
  let kept: u32 = 0;
  for (let i: u32 = 0; i < flow.runs; i++) {
    const at = runAt(flow, i);
    if (<i32>(load<u32>(at) - flow.rcvNxt) > 0) store<u64>(runAt(flow, kept++), load<u64>(at));
  }
  flow.runs = <u8>kept;
}

/** False: it was there already. */
function setEarly(flow: Flow, seq: u32): bool {
  const ahead = seq - flow.rcvNxt;
  if (!flow.rcvBits || ahead > flow.rcvMask) growBits(flow, ahead);
  if (hasBit(flow, seq)) return false;
  const at = wordAt(flow, seq);
  store<u64>(at, load<u64>(at) | ((<u64>1) << (<u64>(seq & 63))));
  flow.outOfOrder += 1;
  return true;
}

/** First segment of the run of early ones around `seq`. The bit of rcvNxt is clear: every run ends there. */
function blockStart(flow: Flow, seq: u32): u32 {
  let at = seq;
  while (true) {
    const bit = <u64>(at & 63);
    const missing = ~(load<u64>(wordAt(flow, at)) << (63 - bit));
    const run = <u32>clz<u64>(missing);
    if (run <= <u32>bit) return at - run + 1;
    at -= <u32>bit + 1;
    if (!hasBit(flow, at)) return at + 1;
  }
}

/** The segment after that run. */
function blockEnd(flow: Flow, seq: u32): u32 {
  let at = seq;
  while (true) {
    const bit = <u64>(at & 63);
    const missing = ~(load<u64>(wordAt(flow, at)) >> bit);
    const run = <u32>ctz<u64>(missing);
    if (run < 64 - <u32>bit) return at + run;
    at += 64 - <u32>bit;
  }
}

function hasBit(flow: Flow, seq: u32): bool {
  return ((load<u64>(wordAt(flow, seq)) >> <u64>(seq & 63)) & 1) != 0;
}

function clearBit(flow: Flow, seq: u32): void {
  const at = wordAt(flow, seq);
  store<u64>(at, load<u64>(at) & ~((<u64>1) << (<u64>(seq & 63))));
}

function wordAt(flow: Flow, seq: u32): usize {
  return flow.rcvBits + (((seq & flow.rcvMask) >> 6) << 3);
}

function growBits(flow: Flow, ahead: u32): void {
  let bits: u32 = flow.rcvBits ? flow.rcvMask + 1 : FIRST_BITS;
  while (bits <= ahead) bits <<= 1;
  const grown = heap.alloc(bits >> 3);
  memory.fill(grown, 0, bits >> 3);
  const old = flow.rcvBits;
  const oldMask = flow.rcvMask;
  flow.rcvBits = grown;
  flow.rcvMask = bits - 1;
  if (!old) return;
  for (let i: u32 = 0; i <= oldMask; i++) {
    const seq = flow.rcvNxt + i;
    const word = load<u64>(old + (((seq & oldMask) >> 6) << 3));
    if (!((word >> <u64>(seq & 63)) & 1)) continue;
    const at = wordAt(flow, seq);
    store<u64>(at, load<u64>(at) | ((<u64>1) << (<u64>(seq & 63))));
  }
  heap.free(old);
}
