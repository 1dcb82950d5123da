// What every queue is: a first-in-first-out list of packets under a limit, and the counts it
// keeps. The disciplines stand in files of their own; queues.ts chooses.
import { fetchSoon, Histogram, now, PACKET_CE, PACKET_ECT, Packet } from '../state/index';

@unmanaged
export class Queue {
  kind: u32 = 0;
  /** Limits; 0 where there is none. */
  limitPackets: u32 = 0;
  limitBytes: u64 = 0;
  packets: u32 = 0;
  bytes: u64 = 0;
  head: usize = 0;
  tail: usize = 0;
  /** The discipline's own state. */
  state: usize = 0;
  /** Marks instead of dropping where the packet allows it. */
  ecn: bool = false;
  /** Time a full-sized packet takes to send, for RED's idle periods. */
  packetTime: i64 = 0;
  drops: f64 = 0;
  marks: f64 = 0;
  maxPackets: u32 = 0;
  maxBytes: u64 = 0;
  /** Greatest length since the sampler last looked. */
  binMaxBytes: u64 = 0;
  delay: Histogram = changetype<Histogram>(0);

  hasRoom(size: u32): bool {
    return (
      (this.limitPackets == 0 || this.packets < this.limitPackets) &&
      (this.limitBytes == 0 || this.bytes + size <= this.limitBytes)
    );
  }

  /** False: there is no room for the packet. */
  push(packet: Packet): bool {
    if (!this.hasRoom(packet.size)) return false;
    this.append(packet);
    return true;
  }

  append(packet: Packet): void {
    packet.time = now;
    packet.next = 0;
    if (this.head) changetype<Packet>(this.tail).next = changetype<usize>(packet);
    else this.head = changetype<usize>(packet);
    this.tail = changetype<usize>(packet);
    this.grow(packet.size);
  }

  /** The oldest packet, or null. */
  take(): Packet | null {
    const head = this.head;
    if (!head) return null;
    const packet = changetype<Packet>(head);
    this.head = packet.next;
    if (packet.next) fetchSoon(packet.next);
    this.shrink(packet.size);
    return packet;
  }

  grow(size: u32): void {
    this.packets += 1;
    this.bytes += size;
    if (this.packets > this.maxPackets) this.maxPackets = this.packets;
    if (this.bytes > this.maxBytes) this.maxBytes = this.bytes;
    if (this.bytes > this.binMaxBytes) this.binMaxBytes = this.bytes;
  }

  shrink(size: u32): void {
    this.packets -= 1;
    this.bytes -= size;
  }

  clearCounters(): void {
    this.drops = 0;
    this.marks = 0;
    this.maxPackets = this.packets;
    this.maxBytes = this.bytes;
    this.delay.clear();
  }

  /** Marks the packet where it and the queue allow it. */
  mark(packet: Packet): bool {
    if (!this.ecn || !(packet.flags & PACKET_ECT)) return false;
    packet.flags |= PACKET_CE;
    this.marks += 1;
    return true;
  }
}
