import { ERROR, type ErrorCode, type U64 } from '../base/index.js';
import { decodeUtf8 } from '../core/index.js';
import { BYTES, LIMIT, MESSAGE } from '../generated/wire.js';
import type { Decoded, FieldUpdate, Message } from './types.js';

/**
 * The message that starts at `offset`, or why there is none. Never throws: bytes from a
 * datapath or an agent give a value or a declared error (MOORING_ERR_WIRE_TRUNCATED,
 * MOORING_ERR_WIRE_MALFORMED, MOORING_ERR_WIRE_UNKNOWN_TYPE), and `bytes` says where the next
 * message would start. `rows` of an INSTALL is a view of `bytes`, not a copy.
 *
 * @example
 * ```ts
 * const ready = Uint8Array.of(5, 0, 12, 0, 0, 0, 0, 0, 7, 0, 0, 0);
 * decodeMessage(ready); // { ok: true, message: { type: 'ready', id: 7 }, bytes: 12 }
 * ```
 */
export function decodeMessage(bytes: Uint8Array, offset = 0): Decoded {
  const available = Math.max(0, bytes.length - offset);
  if (available < BYTES.HEADER) {
    return refuse(
      ERROR.MOORING_ERR_WIRE_TRUNCATED,
      `a header takes ${BYTES.HEADER} bytes, ${available} are left`,
      available,
    );
  }
  const type = u16(bytes, offset);
  const length = u16(bytes, offset + 2);
  if (length < BYTES.HEADER) {
    return malformed(`the header gives a length of ${length}, less than the header itself`, available);
  }
  if (length > available) {
    return refuse(
      ERROR.MOORING_ERR_WIRE_TRUNCATED,
      `the header gives a length of ${length} bytes, ${available} are left`,
      available,
    );
  }
  if (length > LIMIT.MESSAGE_BYTES) {
    return malformed(`a message of ${length} bytes: the protocol ends at ${LIMIT.MESSAGE_BYTES}`, length);
  }
  const sid = u32(bytes, offset + 4);
  switch (type) {
    case MESSAGE.MEASURE:
      return decodeMeasure(bytes, offset, length, sid);
    case MESSAGE.CREATE:
      return decodeCreate(bytes, offset, length, sid);
    case MESSAGE.UPDATE_FIELD:
      return decodeUpdateField(bytes, offset, length, sid);
    case MESSAGE.CHANGE_PROG:
      return decodeChangeProg(bytes, offset, length, sid);
    case MESSAGE.INSTALL:
      return decodeInstall(bytes, offset, length, sid);
    case MESSAGE.READY:
      if (length !== BYTES.READY) return wrongLength('READY', length, BYTES.READY);
      return accept({ type: 'ready', id: u32(bytes, offset + 8) }, length);
    default:
      return refuse(ERROR.MOORING_ERR_WIRE_UNKNOWN_TYPE, `no message has the type ${type}`, length);
  }
}

/**
 * All messages of one read, in order: several may stand in a row. A refused one stands in its
 * place; where framing is lost (the header itself is bad) it is the last.
 *
 * @example
 * ```ts
 * const datagram = Uint8Array.of(5, 0, 12, 0, 0, 0, 0, 0, 7, 0, 0, 0);
 * for (const decoded of decodeMessages(datagram)) {
 *   if (decoded.ok) console.log(decoded.message.type);
 *   else console.error(decoded.code, decoded.message);
 * }
 * ```
 */
export function decodeMessages(bytes: Uint8Array): Decoded[] {
  const all: Decoded[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const decoded = decodeMessage(bytes, offset);
    all.push(decoded);
    offset += decoded.bytes;
  }
  return all;
}

// MEASURE   | header 8 | program_uid u32 | num_fields u32 | num_fields × u64 |
function decodeMeasure(bytes: Uint8Array, offset: number, length: number, sid: number): Decoded {
  if (length < BYTES.MEASURE_HEAD) return wrongLength('MEASURE', length, BYTES.MEASURE_HEAD);
  const count = u32(bytes, offset + 12);
  const expected = BYTES.MEASURE_HEAD + 8 * count;
  if (length !== expected) return wrongLength(`MEASURE of ${count} fields`, length, expected);
  const fields: U64[] = [];
  for (let at = offset + BYTES.MEASURE_HEAD; at < offset + length; at += 8) fields.push(u64(bytes, at));
  return accept({ type: 'measure', sid, programUid: u32(bytes, offset + 8), fields }, length);
}

// CREATE    | header 8 | init_cwnd mss src_ip src_port dst_ip dst_port, u32 each | congAlg char[64] |
function decodeCreate(bytes: Uint8Array, offset: number, length: number, sid: number): Decoded {
  const withoutName = BYTES.CREATE - BYTES.CONG_ALG; // W2: datapaths older than congAlg end here
  if (length !== BYTES.CREATE && length !== withoutName) return wrongLength('CREATE', length, BYTES.CREATE);
  const flow = {
    type: 'create' as const,
    sid,
    initCwnd: u32(bytes, offset + 8),
    mss: u32(bytes, offset + 12),
    srcIp: u32(bytes, offset + 16),
    srcPort: u32(bytes, offset + 20),
    dstIp: u32(bytes, offset + 24),
    dstPort: u32(bytes, offset + 28),
  };
  const nameAt = offset + withoutName;
  if (length === withoutName || bytes[nameAt] === 0) return accept(flow, length);
  const end = bytes.indexOf(0, nameAt);
  if (end < 0 || end >= nameAt + BYTES.CONG_ALG) {
    return malformed(`the congAlg of a CREATE is not ended by a NUL within ${BYTES.CONG_ALG} bytes`, length);
  }
  const congAlg = decodeUtf8(bytes.subarray(nameAt, end));
  if (congAlg === undefined) return malformed('the congAlg of a CREATE is not UTF-8', length);
  return accept({ ...flow, congAlg }, length);
}

// INSTALL   | header 8 | program_uid | num_events | num_instrs | events × 16 | instrs × 16 |
function decodeInstall(bytes: Uint8Array, offset: number, length: number, sid: number): Decoded {
  if (length < BYTES.INSTALL_HEAD) return wrongLength('INSTALL', length, BYTES.INSTALL_HEAD);
  const events = u32(bytes, offset + 12);
  const instructions = u32(bytes, offset + 16);
  const expected = BYTES.INSTALL_HEAD + 16 * (events + instructions);
  if (length !== expected) {
    return wrongLength(`INSTALL of ${events} events and ${instructions} instructions`, length, expected);
  }
  return accept(
    {
      type: 'install',
      sid,
      programUid: u32(bytes, offset + 8),
      events,
      instructions,
      rows: bytes.subarray(offset + BYTES.INSTALL_HEAD, offset + length),
    },
    length,
  );
}

// UPDATE_FIELD | header 8 | num_fields u32 | num_fields × update |
function decodeUpdateField(bytes: Uint8Array, offset: number, length: number, sid: number): Decoded {
  if (length < BYTES.UPDATE_FIELD_HEAD) return wrongLength('UPDATE_FIELD', length, BYTES.UPDATE_FIELD_HEAD);
  const count = u32(bytes, offset + 8);
  const expected = BYTES.UPDATE_FIELD_HEAD + BYTES.UPDATE * count;
  if (length !== expected) return wrongLength(`UPDATE_FIELD of ${count} updates`, length, expected);
  if (count > LIMIT.UPDATES) return tooManyUpdates('UPDATE_FIELD', count, length);
  const updates = decodeUpdates(bytes, offset + BYTES.UPDATE_FIELD_HEAD, count);
  return accept({ type: 'updateField', sid, updates }, length);
}

// CHANGEPROG   | header 8 | program_uid u32 | num_fields u32 | num_fields × update |
function decodeChangeProg(bytes: Uint8Array, offset: number, length: number, sid: number): Decoded {
  if (length < BYTES.CHANGE_PROG_HEAD) return wrongLength('CHANGEPROG', length, BYTES.CHANGE_PROG_HEAD);
  const count = u32(bytes, offset + 12);
  const expected = BYTES.CHANGE_PROG_HEAD + BYTES.UPDATE * count;
  if (length !== expected) return wrongLength(`CHANGEPROG of ${count} updates`, length, expected);
  if (count > LIMIT.UPDATES) return tooManyUpdates('CHANGEPROG', count, length);
  const updates = decodeUpdates(bytes, offset + BYTES.CHANGE_PROG_HEAD, count);
  return accept({ type: 'changeProg', sid, programUid: u32(bytes, offset + 8), updates }, length);
}

// update    | reg_type u8 | reg_index u32 | value u64 |
function decodeUpdates(bytes: Uint8Array, offset: number, count: number): FieldUpdate[] {
  const updates: FieldUpdate[] = [];
  for (let index = 0, at = offset; index < count; index += 1, at += BYTES.UPDATE) {
    updates.push({ registerType: bytes[at]!, index: u32(bytes, at + 1), value: u64(bytes, at + 5) });
  }
  return updates;
}

function accept(message: Message, bytes: number): Decoded {
  return { ok: true, message, bytes };
}

function refuse(code: ErrorCode, message: string, bytes: number): Decoded {
  return { ok: false, code, message, bytes };
}

function malformed(message: string, bytes: number): Decoded {
  return refuse(ERROR.MOORING_ERR_WIRE_MALFORMED, message, bytes);
}

function wrongLength(what: string, length: number, expected: number): Decoded {
  return malformed(`a ${what} takes ${expected} bytes, its header says ${length}`, length);
}

function tooManyUpdates(what: string, count: number, length: number): Decoded {
  return malformed(`${what} carries ${count} updates, more than the ${LIMIT.UPDATES} a datapath takes`, length);
}

// Byte by byte: for messages of tens of bytes this is faster than a DataView made for each
// (docs/decisions/0020-wire-in-two-languages.md).
function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function u64(bytes: Uint8Array, at: number): U64 {
  const low = u32(bytes, at);
  const high = u32(bytes, at + 4);
  return high < 0x20_0000 ? high * 0x1_0000_0000 + low : (BigInt(high) << 32n) | BigInt(low);
}
