// The receiving end: reassembly, delayed acknowledgements (RFC 1122 4.2.3.2, RFC 5681 4.2), SACK
// and DSACK blocks (RFC 2018, RFC 2883), the ECN echo (RFC 3168 6.1.3). Segments that came early
// stand as bits in a ring above the next one expected.
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
  setTimer,
} from '../state/index';

const FIRST_BITS: u32 = 256;
/** Of an ACK with SACK blocks: kind, length and padding, then 8 bytes each (RFC 2018 3). */
const SACK_OPTION_BYTES: u32 = 4;
const SACK_BLOCK_BYTES: u32 = 8;

export function startReceiver(flow: Flow): void {
  flow.receiverGroup = flow.group;
  flow.receiverEnd = flow.sized ? flow.totalSegments : 0;
  flow.rcvNxt = 0;
  flow.unacked = 0;
  flow.recents = 0;
  flow.ceCount = 0;
  flow.eceActive = false;
}

/** A data packet has arrived. */
export function receive(flow: Flow, packet: Packet): void {
  const group = flow.receiverGroup;
  const seq = packet.seq;
  flow.receivedBytes += <u32>packet.size - group.headerBytes;
  let atOnce = flow.outOfOrder > 0;
  if (packet.flags & PACKET_CWR) flow.eceActive = false;
  if (packet.flags & PACKET_CE) {
    flow.ceCount += 1;
    flow.marks += 1;
    if (!flow.eceActive) atOnce = true;
    flow.eceActive = true;
  }
  const ahead = <i32>(seq - flow.rcvNxt);
  let duplicate = false;
  if (ahead == 0) {
    flow.rcvNxt += 1;
    if (flow.outOfOrder > 0) takeEarlyOnes(flow);
  } else {
    atOnce = true;
    duplicate = ahead < 0 || !setEarly(flow, seq);
  }
  flow.unacked += 1;
  if (flow.rcvNxt == flow.receiverEnd && flow.sized && flow.ended < 0) {
    flow.ended = now;
    atOnce = true;
  }
  if (atOnce || flow.unacked >= group.ackEvery) {
    sendAck(flow, packet, seq, duplicate);
    return;
  }
  flow.absorbed += 1;
  freePacket(packet);
  if (flow.ackDeadline < 0) setTimer(flow, EVENT_DELAYED_ACK, now + group.ackTimeout);
}

/** The delayed acknowledgement's time has come. */
export function onDelayedAck(flow: Flow): void {
  if (flow.unacked == 0) return;
  const ack = allocatePacket();
  ack.owner = changetype<usize>(flow);
  ack.path = flow.group.ackPath;
  flow.absorbed -= 1;
  sendAck(flow, ack, flow.rcvNxt, false);
}

// The packet that asks for the acknowledgement travels back as it.
function sendAck(flow: Flow, ack: Packet, latest: u32, duplicate: bool): void {
  if (flow.ackDeadline >= 0) clearTimer(flow, EVENT_DELAYED_ACK);
  flow.unacked = 0;
  ack.flags = flow.eceActive ? PACKET_ACK | PACKET_ECE : PACKET_ACK;
  ack.seq = flow.rcvNxt;
  ack.size = <u16>flow.receiverGroup.headerBytes;
  const sacks = duplicate || flow.outOfOrder > 0;
  if (sacks || flow.ceCount > 0) addEcho(ack).ceCount = flow.ceCount;
  if (sacks) addSackBlocks(flow, ack, latest, duplicate);
  forward(ack);
}

function addSackBlocks(flow: Flow, ack: Packet, latest: u32, duplicate: bool): void {
  let blocks: u32 = 0;
  if (duplicate) {
    ack.flags |= PACKET_DSACK;
    blocks = addBlock(ack.echo, blocks, latest, latest + 1);
  }
  if (flow.outOfOrder > 0) {
    if (<i32>(latest - flow.rcvNxt) > 0) rememberRecent(flow, latest);
    if (flow.recents > 0) blocks = addBlockAround(flow, ack, blocks, flow.recent0);
    if (flow.recents > 1) blocks = addBlockAround(flow, ack, blocks, flow.recent1);
    if (flow.recents > 2) blocks = addBlockAround(flow, ack, blocks, flow.recent2);
  }
  ack.size += <u16>(SACK_OPTION_BYTES + blocks * SACK_BLOCK_BYTES);
}

function addBlockAround(flow: Flow, ack: Packet, blocks: u32, seq: u32): u32 {
  if (blocks == 3 || <i32>(seq - flow.rcvNxt) <= 0) return blocks;
  return addBlock(ack.echo, blocks, blockStart(flow, seq), blockEnd(flow, seq));
}

function addBlock(echo: Echo, blocks: u32, start: u32, end: u32): u32 {
  if (blocks == 0) {
    echo.sackStart0 = start;
    echo.sackEnd0 = end;
  } else if (blocks == 1) {
    if (start == echo.sackStart0) return blocks;
    echo.sackStart1 = start;
    echo.sackEnd1 = end;
  } else {
    if (start == echo.sackStart0 || start == echo.sackStart1) return blocks;
    echo.sackStart2 = start;
    echo.sackEnd2 = end;
  }
  return blocks + 1;
}

// One segment of each of the three blocks reported most recently, the latest first (RFC 2018 4).
function rememberRecent(flow: Flow, seq: u32): void {
  const start = blockStart(flow, seq);
  const end = blockEnd(flow, seq);
  if (flow.recents > 0 && isInside(flow.recent0, start, end)) {
    flow.recent0 = seq;
    return;
  }
  if (!(flow.recents > 1 && isInside(flow.recent1, start, end))) {
    flow.recent2 = flow.recent1;
    if (flow.recents < 3) flow.recents += 1;
  }
  flow.recent1 = flow.recent0;
  flow.recent0 = seq;
}

function isInside(seq: u32, start: u32, end: u32): bool {
  return seq - start < end - start;
}

function takeEarlyOnes(flow: Flow): void {
  while (flow.outOfOrder > 0 && hasBit(flow, flow.rcvNxt)) {
    clearBit(flow, flow.rcvNxt);
    flow.outOfOrder -= 1;
    flow.rcvNxt += 1;
  }
  if (flow.outOfOrder == 0) flow.recents = 0;
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
