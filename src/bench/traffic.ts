import { closeSync, openSync, writeSync } from 'node:fs';
import { createRng } from '../base/index.js';

// A capture as a sender's host makes it with a snap length of 200 bytes: many TCP flows of full
// segments with timestamps, an ACK for every second one, now and then a loss with SACKs and a
// fast retransmission. The same seed gives the same bytes.

export interface TrafficOptions {
  readonly packets: number;
  readonly flows: number;
  readonly seed: number;
}

const SNAP = 200;
const MSS = 1448;
const RECORD = 16;
const HEADERS = 66;
const SACK_HEADERS = 78;
const ISN = 0x10000000;
/** Segments between sending and acknowledgement. */
const LAG = 10;
/** One segment in this many is lost. */
const LOSS = 400;
const START_SECONDS = 1_700_000_000;
const CHUNK = 1 << 20;
/** Of a host. */
const PORTS = 60_000;

interface Flow {
  readonly port: number;
  readonly host: number;
  sent: number;
  /** The segment that was lost, or −1. */
  hole: number;
  duplicates: number;
  repairAt: number;
}

/** Writes the capture and says how many packets it has and how many were sent again. */
export function writeTraffic(path: string, { packets, flows, seed }: TrafficOptions): { retransmitted: number } {
  const fd = openSync(path, 'w');
  try {
    return new Writer(fd, packets, seed).run(flows);
  } finally {
    closeSync(fd);
  }
}

/** Writes a capture of connections that end with their first packet, as of a scan of ports. */
export function writeScan(path: string, connections: number): void {
  const fd = openSync(path, 'w');
  try {
    new Writer(fd, connections, 1).scan();
  } finally {
    closeSync(fd);
  }
}

class Writer {
  readonly #fd: number;
  readonly #most: number;
  readonly #rng: ReturnType<typeof createRng>;
  readonly #bytes = new Uint8Array(CHUNK + 4096);
  readonly #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #packets = 0;
  #retransmitted = 0;

  constructor(fd: number, most: number, seed: number) {
    this.#fd = fd;
    this.#most = most;
    this.#rng = createRng(seed);
  }

  run(count: number): { retransmitted: number } {
    this.#header();
    const flows = Array.from({ length: count }, (_, i) => newFlow(1024 + (i % PORTS), i));
    for (const flow of flows) this.#handshake(flow);
    while (this.#packets < this.#most) for (const flow of flows) this.#round(flow);
    this.#flush();
    return { retransmitted: this.#retransmitted };
  }

  scan(): void {
    this.#header();
    for (let i = 0; i < this.#most; i += 1) {
      this.#packet(newFlow(1024 + (i % PORTS), Math.floor(i / PORTS)), true, 0x02, ISN, 0, 0);
    }
    this.#flush();
  }

  #header(): void {
    const words = [0xa1b2c3d4, 0x00040002, 0, 0, SNAP, 1];
    for (const [i, word] of words.entries()) this.#view.setUint32(i * 4, word, true);
    this.#at = 24;
  }

  #handshake(flow: Flow): void {
    this.#packet(flow, true, 0x02, ISN, 0, 0);
    this.#packet(flow, false, 0x12, ISN, ISN + 1, 0);
    this.#packet(flow, true, 0x10, ISN + 1, ISN + 1, 0);
  }

  // Two segments, then the ACK of what was sent LAG segments ago.
  #round(flow: Flow): void {
    for (let i = 0; i < 2; i += 1) {
      if (flow.hole < 0 && flow.sent > LAG && this.#rng.nextBelow(LOSS) === 0) flow.hole = flow.sent;
      this.#data(flow, flow.sent);
      flow.sent += 1;
    }
    const arrived = flow.sent - LAG;
    if (arrived <= 0) return;
    if (flow.hole < 0 || arrived <= flow.hole || (flow.repairAt && flow.sent >= flow.repairAt)) {
      if (flow.repairAt && flow.sent >= flow.repairAt) {
        flow.hole = -1;
        flow.repairAt = 0;
        flow.duplicates = 0;
      }
      this.#packet(flow, false, 0x10, ISN + 1, sequence(arrived), 0);
      return;
    }
    this.#packet(flow, false, 0x10, ISN + 1, sequence(flow.hole), 0, sequence(flow.hole + 1), sequence(arrived + 1));
    flow.duplicates += 1;
    if (flow.duplicates === 3 && flow.repairAt === 0) {
      this.#data(flow, flow.hole);
      this.#retransmitted += 1;
      flow.repairAt = flow.sent + LAG;
    }
  }

  #data(flow: Flow, segment: number): void {
    this.#packet(flow, true, 0x18, sequence(segment), ISN + 1, MSS);
  }

  #packet(flow: Flow, out: boolean, flags: number, seq: number, ack: number, length: number, ...sack: number[]): void {
    const headers = sack.length ? SACK_HEADERS : HEADERS;
    const wire = headers + length;
    const captured = Math.min(SNAP, wire);
    if (this.#at + RECORD + captured > CHUNK) this.#flush();
    const view = this.#view;
    const micros = this.#packets;
    let at = this.#at;
    view.setUint32(at, START_SECONDS + Math.floor(micros / 1e6), true);
    view.setUint32(at + 4, micros % 1e6, true);
    view.setUint32(at + 8, captured, true);
    view.setUint32(at + 12, wire, true);
    at += RECORD;
    this.#bytes.fill(0, at, at + captured);
    view.setUint16(at + 12, 0x0800);
    view.setUint16(at + 14, 0x4500);
    view.setUint16(at + 16, wire - 14);
    view.setUint16(at + 18, this.#packets & 0xffff);
    view.setUint16(at + 22, 0x4006);
    const [near, far] = [0x0a000000 + flow.host, 0x0a800001];
    view.setUint32(at + 26, out ? near : far);
    view.setUint32(at + 30, out ? far : near);
    view.setUint16(at + 34, out ? flow.port : 443);
    view.setUint16(at + 36, out ? 443 : flow.port);
    view.setUint32(at + 38, seq >>> 0);
    view.setUint32(at + 42, ack >>> 0);
    this.#bytes[at + 46] = ((headers - 34) / 4) << 4;
    this.#bytes[at + 47] = flags;
    view.setUint16(at + 48, 0xffff);
    view.setUint32(at + 54, 0x0101080a);
    view.setUint32(at + 58, Math.floor(micros / 1000) + 1);
    view.setUint32(at + 62, Math.max(0, Math.floor(micros / 1000) - 15));
    if (sack.length) {
      view.setUint32(at + 66, 0x0101050a);
      view.setUint32(at + 70, sack[0]! >>> 0);
      view.setUint32(at + 74, sack[1]! >>> 0);
    }
    this.#at = at + captured;
    this.#packets += 1;
  }

  #flush(): void {
    writeSync(this.#fd, this.#bytes, 0, this.#at);
    this.#at = 0;
  }
}

function newFlow(port: number, host: number): Flow {
  return { port, host, sent: 0, hole: -1, duplicates: 0, repairAt: 0 };
}

function sequence(segment: number): number {
  return ISN + 1 + segment * MSS;
}
