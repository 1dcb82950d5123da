import { decodeUtf8, encodeText } from '../core/index.js';
import { AT, BYTES, MESSAGE } from '../generated/wire.js';
import { badArgument, getU32, putU32 } from './bytes.js';
import { accept, type DecodedAs, malformed, wrongLength } from './decoded.js';
import { startMessage } from './header.js';

/** What a datapath tells of a new flow. Addresses and ports as the datapath stores them (the kernel: network byte order). */
export interface FlowInfo {
  /** Initial congestion window, bytes. */
  readonly initCwnd: number;
  /** Maximum segment size, bytes. */
  readonly mss: number;
  readonly srcIp: number;
  readonly srcPort: number;
  readonly dstIp: number;
  readonly dstPort: number;
  /** The algorithm the flow asks for, at most 63 bytes of UTF-8; absent where it asks for none. */
  readonly congAlg?: string;
}

/** A flow has begun. */
export interface CreateMessage extends FlowInfo {
  readonly type: 'create';
  readonly sid: number;
}

// CREATE    | header 8 | init_cwnd mss src_ip src_port dst_ip dst_port, u32 each | congAlg char[64] |
export function decodeCreate(bytes: Uint8Array, offset: number, length: number, sid: number): DecodedAs<CreateMessage> {
  // W2: datapaths older than congAlg end where it begins.
  if (length !== BYTES.CREATE && length !== AT.CREATE_CONG_ALG) return wrongLength('CREATE', length, BYTES.CREATE);
  const flow = {
    type: 'create' as const,
    sid,
    initCwnd: getU32(bytes, offset + AT.CREATE_INIT_CWND),
    mss: getU32(bytes, offset + AT.CREATE_MSS),
    srcIp: getU32(bytes, offset + AT.CREATE_SRC_IP),
    srcPort: getU32(bytes, offset + AT.CREATE_SRC_PORT),
    dstIp: getU32(bytes, offset + AT.CREATE_DST_IP),
    dstPort: getU32(bytes, offset + AT.CREATE_DST_PORT),
  };
  const nameAt = offset + AT.CREATE_CONG_ALG;
  if (length === AT.CREATE_CONG_ALG || bytes[nameAt] === 0) return accept(flow, length);
  const end = bytes.indexOf(0, nameAt);
  if (end < 0 || end >= nameAt + BYTES.CONG_ALG) {
    return malformed(`the congAlg of a CREATE is not ended by a NUL within ${BYTES.CONG_ALG} bytes`, length);
  }
  const congAlg = decodeUtf8(bytes.subarray(nameAt, end));
  if (congAlg === undefined) return malformed('the congAlg of a CREATE is not UTF-8', length);
  return accept({ ...flow, congAlg }, length);
}

export function encodeCreate(message: CreateMessage): Uint8Array<ArrayBuffer> {
  const bytes = startMessage(MESSAGE.CREATE, BYTES.CREATE, message.sid);
  putU32(bytes, AT.CREATE_INIT_CWND, message.initCwnd, 'initCwnd');
  putU32(bytes, AT.CREATE_MSS, message.mss, 'mss');
  putU32(bytes, AT.CREATE_SRC_IP, message.srcIp, 'srcIp');
  putU32(bytes, AT.CREATE_SRC_PORT, message.srcPort, 'srcPort');
  putU32(bytes, AT.CREATE_DST_IP, message.dstIp, 'dstIp');
  putU32(bytes, AT.CREATE_DST_PORT, message.dstPort, 'dstPort');
  if (message.congAlg !== undefined) putCongAlg(bytes, message.congAlg);
  return bytes;
}

export function formatCreate(message: CreateMessage): string {
  const from = `${formatIp(message.srcIp)}:${message.srcPort}`;
  const to = `${formatIp(message.dstIp)}:${message.dstPort}`;
  const algorithm = message.congAlg === undefined ? '' : ` congAlg ${JSON.stringify(message.congAlg)}`;
  return `CREATE sid ${message.sid}: ${from} > ${to} initCwnd ${message.initCwnd} B mss ${message.mss} B${algorithm}`;
}

function putCongAlg(bytes: Uint8Array, congAlg: string): void {
  const name = encodeText(congAlg);
  if (name.length >= BYTES.CONG_ALG || name.includes(0)) {
    throw badArgument('congAlg', `congAlg must be at most ${BYTES.CONG_ALG - 1} bytes of UTF-8 without NUL`);
  }
  bytes.set(name, AT.CREATE_CONG_ALG);
}

/** Addresses stand in a CREATE as the socket holds them, so the byte in front is the network's first. */
function formatIp(ip: number): string {
  return [ip & 0xff, (ip >>> 8) & 0xff, (ip >>> 16) & 0xff, ip >>> 24].join('.');
}
