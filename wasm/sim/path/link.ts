// A link: a queue, a transmitter and a line.
//
//   push → policer? → queue → shaper? → transmitter (rate or trace) → loss? → held back? → line (delay, jitter) → next
import { LOSS_NONE, SIM_PACKET_BYTES } from '../../generated/sim';
import { popPacket, pushPacket, Queue } from '../queue/index';
import {
  Distribution,
  discard,
  Event,
  now,
  Packet,
  Random,
  recordPacket,
  schedule,
  TAP_LINKS,
  unschedule,
} from '../state/index';
import { Line, linePush } from './line';
import { TokenBucket } from './token-bucket';
import { OPPORTUNITY_BYTES, Trace } from './trace';
import { WireLoss } from './wire-loss';

@unmanaged
export class Link extends Event {
  id: u32 = 0;
  /** The packet being sent; 0 while idle. */
  sending: usize = 0;
  queue: Queue = changetype<Queue>(0);
  line: Line = changetype<Line>(0);
  /** Infinite while it sends nothing. */
  nsPerByte: f64 = 0;
  /** What it has while it is not down. */
  upNsPerByte: f64 = 0;
  isDown: bool = false;
  /** Of the packet being sent, while nothing is: bytes still to go. */
  stalledBytes: f64 = 0;
  /** The part of a nanosecond by which the last packet was sent too early. */
  carry: f64 = 0;
  trace: Trace = changetype<Trace>(0);
  /** Of the packet being sent over a trace: bytes still to go; of the opportunity: bytes still free. */
  bytesToGo: i32 = 0;
  bytesFree: i32 = 0;
  policer: TokenBucket = changetype<TokenBucket>(0);
  shaper: TokenBucket = changetype<TokenBucket>(0);
  /** Something waits for tokens of the shaper, and nothing is being sent. */
  isHeld: bool = false;
  isTapped: bool = false;
  random: Random = changetype<Random>(0);
  loss: WireLoss = changetype<WireLoss>(0);
  jitter: Distribution = changetype<Distribution>(0);
  reorderProbability: f64 = 0;
  reorderExtra: i64 = 0;
  sentBytes: f64 = 0;
  sentPackets: f64 = 0;
  wireLosses: f64 = 0;
  wireLossBytes: f64 = 0;
  /** Bytes it could have sent up to `capacitySince`, for the utilisation of a changing rate. */
  capacity: f64 = 0;
  capacitySince: i64 = 0;
  /** Bytes of the packet being sent that had gone when the counters began. */
  goneBefore: f64 = 0;

  clearCounters(): void {
    this.goneBefore = goneBytes(this);
    this.sentBytes = 0;
    this.sentPackets = 0;
    this.wireLosses = 0;
    this.wireLossBytes = 0;
    this.capacity = 0;
    this.queue.clearCounters();
  }
}

export function linkPush(link: Link, packet: Packet): void {
  if (changetype<usize>(link.policer) && !link.policer.takes(packet.size)) {
    link.queue.drops += 1;
    discard(packet);
    return;
  }
  pushPacket(link.queue, packet);
  if (!link.sending && !link.isHeld) startSending(link);
}

/** The end of a transmission, or over a trace an opportunity, has come. */
export function linkFire(link: Link): void {
  if (changetype<usize>(link.trace)) {
    useOpportunity(link);
    return;
  }
  if (link.isHeld) {
    link.isHeld = false;
    startSending(link);
    return;
  }
  const packet = changetype<Packet>(link.sending);
  startSending(link);
  leave(link, packet);
}

/** From now on, for what is left of the packet being sent too. A rate of 0 sends nothing. */
export function linkSetRate(link: Link, bytesPerSecond: f64): void {
  linkCountCapacity(link);
  link.upNsPerByte = 1e9 / bytesPerSecond;
  if (bytesPerSecond > 0) link.queue.packetTime = <i64>(<f64>SIM_PACKET_BYTES * link.upNsPerByte);
  setPace(link);
}

/** While it is down nothing is sent and what arrives waits; over a trace its opportunities pass. */
export function linkSetDown(link: Link, isDown: bool): void {
  linkCountCapacity(link);
  link.isDown = isDown;
  setPace(link);
}

function setPace(link: Link): void {
  const pace = link.isDown ? Infinity : link.upNsPerByte;
  if (link.sending && !changetype<usize>(link.trace)) {
    const left = bytesLeft(link);
    if (link.nsPerByte < Infinity) unschedule(link);
    link.stalledBytes = left;
    if (pace < Infinity) schedule(link, now + <i64>Math.ceil(left * pace));
  }
  link.nsPerByte = pace;
}

/** Of the packet being sent at a rate. */
function bytesLeft(link: Link): f64 {
  return link.nsPerByte < Infinity ? <f64>(link.time - now) / link.nsPerByte : link.stalledBytes;
}

/** Bytes that have gone of the packet being sent. */
function goneBytes(link: Link): f64 {
  if (!link.sending) return 0;
  const size = <f64>changetype<Packet>(link.sending).size;
  return size - (changetype<usize>(link.trace) ? <f64>link.bytesToGo : bytesLeft(link));
}

/** Bytes sent since the counters began, of packets on their way out too. */
export function linkUsedBytes(link: Link): f64 {
  return link.sentBytes + goneBytes(link) - link.goneBefore;
}

/** Brings `capacity` up to the present. */
export function linkCountCapacity(link: Link): void {
  if (!changetype<usize>(link.trace)) {
    if (link.nsPerByte > 0) link.capacity += <f64>(now - link.capacitySince) / link.nsPerByte;
  } else if (!link.isDown) {
    const offered = link.trace.countUpTo(now - 1) - link.trace.countUpTo(link.capacitySince - 1);
    link.capacity += <f64>OPPORTUNITY_BYTES * <f64>offered;
  }
  link.capacitySince = now;
}

function startSending(link: Link): void {
  if (changetype<usize>(link.shaper) && link.queue.packets > 0) {
    const wait = link.shaper.wait();
    if (wait > 0) {
      link.sending = 0;
      link.isHeld = true;
      schedule(link, now + wait);
      return;
    }
  }
  const packet = popPacket(link.queue);
  if (!packet) {
    link.sending = 0;
    return;
  }
  link.sending = changetype<usize>(packet);
  if (changetype<usize>(link.shaper)) link.shaper.spend(packet.size);
  if (changetype<usize>(link.trace)) {
    link.bytesToGo = packet.size;
    link.bytesFree = OPPORTUNITY_BYTES;
    schedule(link, link.trace.after(now));
    return;
  }
  if (link.nsPerByte == Infinity) {
    link.stalledBytes = packet.size;
    return;
  }
  const exact = <f64>packet.size * link.nsPerByte + link.carry;
  const whole = <i64>exact;
  link.carry = exact - <f64>whole;
  schedule(link, now + whole);
}

function useOpportunity(link: Link): void {
  while (link.bytesFree > 0 && !link.isDown) {
    const used = min<i32>(link.bytesFree, link.bytesToGo);
    link.bytesFree -= used;
    link.bytesToGo -= used;
    if (link.bytesToGo > 0) break;
    leave(link, changetype<Packet>(link.sending));
    const next = popPacket(link.queue);
    if (!next) {
      link.sending = 0;
      return;
    }
    link.sending = changetype<usize>(next);
    link.bytesToGo = next.size;
  }
  link.bytesFree = OPPORTUNITY_BYTES;
  schedule(link, link.trace.next());
}

function leave(link: Link, packet: Packet): void {
  link.sentBytes += packet.size;
  link.sentPackets += 1;
  if (link.loss.kind != LOSS_NONE && link.loss.loses(link.random)) {
    link.wireLosses += 1;
    link.wireLossBytes += packet.size;
    discard(packet);
    return;
  }
  if (link.isTapped) recordPacket(packet, TAP_LINKS + <u8>link.id, now);
  if (link.reorderProbability > 0 && link.random.chance(link.reorderProbability)) {
    schedule(packet, now + link.line.delay + link.reorderExtra);
    return;
  }
  const extra = changetype<usize>(link.jitter) ? <i64>(link.jitter.draw(link.random) * 1000) : 0;
  linePush(link.line, packet, extra);
}
