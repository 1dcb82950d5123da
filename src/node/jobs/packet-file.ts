import { closeSync, openSync, writeSync } from 'node:fs';
import { ERROR, type MooringError } from '../../base/index.js';
import {
  describeScenario,
  type NormalisedFlowGroup,
  type NormalisedScenario,
  type PacketRecord,
  RecordQueue,
  type TapPoint,
  type TapRecord,
} from '../../sim/index.js';
import { fileFailure } from '../files/index.js';

// Packets of a simulation as pcapng (draft-ietf-opsawg-pcapng): headers only, with the length each had. What TCP says is
// what the simulated ends know; the option that would hold timestamps is padding.

/** Where packets are taken, and the file they go to. */
export interface PacketTap {
  readonly point: TapPoint;
  readonly file: string;
}

/** Writes what a simulation recorded, given with the instant it has come to; `close` what is left. */
export interface RecordFiles {
  write(records: Uint8Array, timeUs: number): void;
  close(): void;
}

const LINKTYPE_RAW = 101;
const IPV4_BYTES = 20;
const TCP_BYTES = 20;
const UDP_BYTES = 8;
const PORT = 5001;
const FIRST_PORT = 1024;
const PORTS = 0x4000;
/** 10.0.0.1 and up send, 10.128.0.1 and up receive. */
const SENDERS = 0x0a000001;
const RECEIVERS = 0x0a800001;
const TCP = 6;
const UDP = 17;
const ACK = 0x10;
const PSH = 0x08;
const SYN = 0x02;
const ECE = 0x40;
const CWR = 0x80;
const AE = 0x100;
/** Where a count of marks begins (RFC 9768 3.2.1). */
const FIRST_ACE = 5;

/** Opens a file for each tap of a simulation that has them as its `taps`. Throws MOORING_ERR_FILE_UNWRITABLE. */
export function openPacketFiles(scenario: NormalisedScenario, taps: readonly PacketTap[]): RecordFiles {
  const files = taps.map((tap) => ({ ...tap, ...open(tap, scenario) }));
  const queue = new RecordQueue();
  const put = (records: readonly TapRecord[]): void => {
    for (const { point, write } of files)
      write(records.filter((record) => record.kind === 'packet' && record.point === point) as PacketRecord[]);
  };
  return {
    write: (records, timeUs) => put(queue.take(records, timeUs)),
    close() {
      put(queue.end());
      for (const { end } of files) end();
    },
  };
}

function open({ file, point }: PacketTap, scenario: NormalisedScenario) {
  const refused = (cause: unknown): MooringError => fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, file, cause);
  const guarded = <T>(action: () => T): T => {
    try {
      return action();
    } catch (cause) {
      throw refused(cause);
    }
  };
  const descriptor = guarded(() => openSync(file, 'w'));
  const send = (blocks: readonly Buffer[]): void => void guarded(() => writeSync(descriptor, Buffer.concat(blocks)));
  send([sectionHeader(describeScenario(scenario)), interfaceDescription(point)]);
  let count = 0;
  return {
    write(records: readonly PacketRecord[]): void {
      if (records.length > 0) send(records.map((record) => packetBlock(record, scenario, count++)));
    },
    end: () => guarded(() => closeSync(descriptor)),
  };
}

/** Type, length, body padded to 32 bits, length again. */
function block(type: number, body: Buffer): Buffer {
  const padded = Buffer.concat([body, Buffer.alloc(-body.length & 3)]);
  const whole = Buffer.alloc(padded.length + 12);
  whole.writeUInt32LE(type, 0);
  whole.writeUInt32LE(whole.length, 4);
  padded.copy(whole, 8);
  whole.writeUInt32LE(whole.length, whole.length - 4);
  return whole;
}

function option(code: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)]);
}

const END_OF_OPTIONS = Buffer.alloc(4);

function sectionHeader(comment: string): Buffer {
  const fixed = Buffer.alloc(16);
  fixed.writeUInt32LE(0x1a2b3c4d, 0);
  fixed.writeUInt16LE(1, 4);
  fixed.writeBigInt64LE(-1n, 8);
  const options = [option(1, Buffer.from(comment)), option(4, Buffer.from('mooring sim')), END_OF_OPTIONS];
  return block(0x0a0d0d0a, Buffer.concat([fixed, ...options]));
}

function interfaceDescription(point: TapPoint): Buffer {
  const fixed = Buffer.alloc(8);
  fixed.writeUInt16LE(LINKTYPE_RAW, 0);
  // Resolution of stamps: 10^−9 s.
  return block(1, Buffer.concat([fixed, option(2, Buffer.from(point)), option(9, Buffer.from([9])), END_OF_OPTIONS]));
}

function packetBlock(record: PacketRecord, scenario: NormalisedScenario, identification: number): Buffer {
  const headers = headersOf(record, scenario.flows[record.group]!, identification);
  const fixed = Buffer.alloc(20);
  fixed.writeUInt32LE(Number(record.timeNs >> 32n), 4);
  fixed.writeUInt32LE(Number(record.timeNs & 0xffffffffn), 8);
  fixed.writeUInt32LE(headers.length, 12);
  fixed.writeUInt32LE(record.sizeBytes, 16);
  return block(6, Buffer.concat([fixed, headers]));
}

function headersOf(record: PacketRecord, group: NormalisedFlowGroup, identification: number): Buffer {
  const isUdp = group.algorithm.kind === 'builtin' && group.algorithm.name === 'udp';
  const transport = isUdp ? udpHeader(record) : tcpHeader(record, group);
  const ip = Buffer.alloc(IPV4_BYTES);
  ip[0] = 0x45;
  ip[1] = record.flags.ce ? 3 : record.flags.l4s ? 1 : record.flags.ect ? 2 : 0;
  ip.writeUInt16BE(record.sizeBytes & 0xffff, 2);
  ip.writeUInt16BE(identification & 0xffff, 4);
  ip[8] = 64;
  ip[9] = isUdp ? UDP : TCP;
  const host = Math.floor(record.flow / PORTS);
  const [from, to] = record.flags.ack ? [RECEIVERS, SENDERS] : [SENDERS, RECEIVERS];
  ip.writeUInt32BE(from + host, 12);
  ip.writeUInt32BE(to + host, 16);
  ip.writeUInt16BE(checksum(ip), 10);
  return Buffer.concat([ip, transport]);
}

function udpHeader({ flow, sizeBytes }: PacketRecord): Buffer {
  const udp = Buffer.alloc(UDP_BYTES);
  udp.writeUInt16BE(portOf(flow), 0);
  udp.writeUInt16BE(PORT, 2);
  udp.writeUInt16BE((sizeBytes - IPV4_BYTES) & 0xffff, 4);
  return udp;
}

function tcpHeader(record: PacketRecord, group: NormalisedFlowGroup): Buffer {
  const { flags, flow } = record;
  const options = optionsOf(record, group);
  const tcp = Buffer.alloc(TCP_BYTES);
  tcp.writeUInt16BE(flags.ack ? PORT : portOf(flow), 0);
  tcp.writeUInt16BE(flags.ack ? portOf(flow) : PORT, 2);
  // The SYN of either end has the number before its first byte.
  const sent = firstByte(flow) + (flags.syn ? -1 : byteOf(record, group, record.segment));
  const other = firstByte(~flow) + (flags.syn ? -1 : 0);
  tcp.writeUInt32BE((flags.ack ? other : sent) >>> 0, 4);
  const acknowledges = flags.ack ? (flags.syn ? firstByte(flow) : sent) : flags.syn ? 0 : other;
  tcp.writeUInt32BE(acknowledges >>> 0, 8);
  tcp.writeUInt16BE((((TCP_BYTES + options.length) / 4) << 12) | bitsOf(record, group), 12);
  tcp.writeUInt16BE(windowOf(record, group), 14);
  return Buffer.concat([tcp, options]);
}

function bitsOf({ flags, ceCount }: PacketRecord, { ecn }: NormalisedFlowGroup): number {
  if (flags.syn) {
    // Asks for feedback of marks (RFC 3168 6.1.1, RFC 9768 3.1.1), and is answered.
    const asks = ecn === 'off' ? 0 : flags.ack ? ECE : ECE | CWR;
    return SYN | (flags.ack ? ACK : 0) | (ecn === 'accurate' ? (flags.ack ? AE : AE | asks) : asks);
  }
  if (!flags.ack) return ACK | (flags.psh ? PSH : 0) | (flags.cwr ? CWR : 0);
  if (ecn !== 'accurate') return ACK | (flags.ece ? ECE : 0);
  const count = (ceCount + FIRST_ACE) & 7;
  return ACK | (count & 4 ? AE : 0) | (count & 2 ? CWR : 0) | (count & 1 ? ECE : 0);
}

/** Twelve bytes of padding where timestamps would be; SACK blocks; of a SYN what only it says. */
function optionsOf(record: PacketRecord, group: NormalisedFlowGroup): Buffer {
  const padding = Buffer.alloc(12, 1);
  if (record.flags.syn) {
    // MSS, SACK permitted, window scale.
    const opening = Buffer.from([2, 4, 0, 0, 4, 2, 3, 3, scaleOf(group), 1, 1, 1]);
    opening.writeUInt16BE(group.mssBytes, 2);
    return Buffer.concat([opening, padding.subarray(0, 8)]);
  }
  if (record.sacks.length === 0) return padding;
  const sack = Buffer.alloc(4 + 8 * record.sacks.length, 1);
  sack[2] = 5;
  sack[3] = 2 + 8 * record.sacks.length;
  for (const [index, [start, end]] of record.sacks.entries()) {
    sack.writeUInt32BE((firstByte(record.flow) + byteOf(record, group, start)) >>> 0, 4 + 8 * index);
    sack.writeUInt32BE((firstByte(record.flow) + byteOf(record, group, end)) >>> 0, 8 + 8 * index);
  }
  return Buffer.concat([padding, sack]);
}

/** The largest window there is, or the receiver's; scaled where it is no SYN's (RFC 7323 2.2). */
function windowOf({ flags }: PacketRecord, group: NormalisedFlowGroup): number {
  const window = group.receiveWindowBytes;
  if (!flags.ack || !window) return 0xffff;
  return Math.min(0xffff, flags.syn ? window : Math.floor(window / 2 ** scaleOf(group)));
}

/** The least shift by which the window fits its field; 14, the most, where there is no limit. */
function scaleOf({ receiveWindowBytes: window }: NormalisedFlowGroup): number {
  return window ? Math.min(14, Math.max(0, Math.ceil(Math.log2((window + 1) / 0x10000)))) : 14;
}

/** Where a segment begins, in bytes from the first; beyond the last of a flow, where that ends. */
function byteOf({ segments, shortBytes }: PacketRecord, { mssBytes }: NormalisedFlowGroup, segment: number): number {
  return segment * mssBytes - (segments > 0 && segment >= segments ? shortBytes : 0);
}

/** A number that differs from flow to flow, and between the two ends. */
function firstByte(flow: number): number {
  return Math.imul(flow + 1, 0x9e3779b1) >>> 0;
}

function portOf(flow: number): number {
  return FIRST_PORT + (flow % PORTS);
}

function checksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
