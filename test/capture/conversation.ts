import { expect } from 'vitest';
import { type Connection, openCapture } from '../../src/capture/index.js';
import { type Bytes, frame, type Packet, pcap, type Tcp } from './build.js';

export const MSS = 1000;

/** A conversation: `out` and `back` add packets at the clock, in ms. */
export class Conversation {
  readonly packets: Packet[] = [];

  out(ms: number, of: Tcp): this {
    return this.#add(ms, { srcPort: 1000, dstPort: 80, ...of });
  }

  back(ms: number, of: Tcp): this {
    return this.#add(ms, { src: '10.0.0.2', dst: '10.0.0.1', srcPort: 80, dstPort: 1000, ...of });
  }

  handshake(isn = 0): this {
    this.out(0, { flags: 'S', seq: isn, options: [2, 4, 5, 180, 4, 2, 3, 3, 7, 1] });
    this.back(40, { flags: 'SA', seq: 5000, ack: isn + 1, options: [2, 4, 5, 180, 4, 2, 3, 3, 2, 1] });
    return this.out(40.01, { seq: isn + 1, ack: 5001 });
  }

  bytes(): Bytes {
    return pcap(this.packets, { nano: true });
  }

  async analyse(): Promise<Connection> {
    const { connections } = await (await openCapture(this.bytes())).analyse();
    expect(connections.length).toBe(1);
    return connections.at(0)!;
  }

  #add(ms: number, of: Tcp): this {
    this.packets.push({ us: Math.round(ms * 1000), bytes: frame(of) });
    return this;
  }
}

/** Segment `index` of the side that sent the SYN, and the ACK of all before segment `index`. */
export const data = (index: number, more: Tcp = {}): Tcp => ({ seq: 1 + index * MSS, length: MSS, ack: 5001, ...more });
export const ack = (index: number, more: Tcp = {}): Tcp => ({ seq: 5001, ack: 1 + index * MSS, ...more });
