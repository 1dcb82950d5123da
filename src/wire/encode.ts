import { ERROR, MooringError, type U64 } from '../base/index.js';
import { encodeText } from '../core/index.js';
import { BYTES, LIMIT, MESSAGE } from '../generated/wire.js';
import type { FieldUpdate, Message } from './types.js';

/**
 * The bytes of `message`. Throws MOORING_ERR_BAD_ARGUMENT, with the field in `detail.argument`,
 * for what the wire cannot carry: a value outside its width, a congAlg above 63 bytes or with a
 * NUL, rows that are not 16 bytes for each event and instruction, more than 222 updates.
 *
 * @example
 * ```ts
 * encodeMessage({ type: 'ready', id: 7 }); // 05 00 0c 00 00 00 00 00 07 00 00 00
 * ```
 */
export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  switch (message.type) {
    case 'updateField': {
      const { updates } = message;
      const bytes = start(
        MESSAGE.UPDATE_FIELD,
        BYTES.UPDATE_FIELD_HEAD + BYTES.UPDATE * countUpdates(updates),
        message.sid,
      );
      putU32(bytes, 8, updates.length, 'updates');
      putUpdates(bytes, BYTES.UPDATE_FIELD_HEAD, updates);
      return bytes;
    }
    case 'changeProg': {
      const { updates } = message;
      const bytes = start(
        MESSAGE.CHANGE_PROG,
        BYTES.CHANGE_PROG_HEAD + BYTES.UPDATE * countUpdates(updates),
        message.sid,
      );
      putU32(bytes, 8, message.programUid, 'programUid');
      putU32(bytes, 12, updates.length, 'updates');
      putUpdates(bytes, BYTES.CHANGE_PROG_HEAD, updates);
      return bytes;
    }
    case 'measure': {
      const { fields } = message;
      const bytes = start(MESSAGE.MEASURE, BYTES.MEASURE_HEAD + 8 * fields.length, message.sid);
      putU32(bytes, 8, message.programUid, 'programUid');
      putU32(bytes, 12, fields.length, 'fields');
      for (const [index, field] of fields.entries()) putU64(bytes, BYTES.MEASURE_HEAD + 8 * index, field, 'fields');
      return bytes;
    }
    case 'install': {
      const { rows, events, instructions } = message;
      if (rows.length !== 16 * (events + instructions)) {
        throw badArgument(
          'rows',
          `rows holds ${rows.length} bytes; ${events} events and ${instructions} instructions take ${16 * (events + instructions)}`,
        );
      }
      const bytes = start(MESSAGE.INSTALL, BYTES.INSTALL_HEAD + rows.length, message.sid);
      putU32(bytes, 8, message.programUid, 'programUid');
      putU32(bytes, 12, events, 'events');
      putU32(bytes, 16, instructions, 'instructions');
      bytes.set(rows, BYTES.INSTALL_HEAD);
      return bytes;
    }
    case 'create': {
      const bytes = start(MESSAGE.CREATE, BYTES.CREATE, message.sid);
      putU32(bytes, 8, message.initCwnd, 'initCwnd');
      putU32(bytes, 12, message.mss, 'mss');
      putU32(bytes, 16, message.srcIp, 'srcIp');
      putU32(bytes, 20, message.srcPort, 'srcPort');
      putU32(bytes, 24, message.dstIp, 'dstIp');
      putU32(bytes, 28, message.dstPort, 'dstPort');
      if (message.congAlg !== undefined) putCongAlg(bytes, message.congAlg);
      return bytes;
    }
    case 'ready': {
      const bytes = start(MESSAGE.READY, BYTES.READY, 0);
      putU32(bytes, 8, message.id, 'id');
      return bytes;
    }
  }
}

function start(type: number, length: number, sid: number): Uint8Array<ArrayBuffer> {
  if (length > LIMIT.MESSAGE_BYTES) {
    throw badArgument(
      'message',
      `the message would take ${length} bytes, more than the protocol's ${LIMIT.MESSAGE_BYTES}`,
    );
  }
  const bytes = new Uint8Array(length);
  bytes[0] = type;
  bytes[2] = length;
  bytes[3] = length >>> 8;
  putU32(bytes, 4, sid, 'sid');
  return bytes;
}

function countUpdates(updates: readonly FieldUpdate[]): number {
  if (updates.length <= LIMIT.UPDATES) return updates.length;
  throw badArgument('updates', `${updates.length} updates; a datapath takes at most ${LIMIT.UPDATES} in one message`);
}

function putUpdates(bytes: Uint8Array, offset: number, updates: readonly FieldUpdate[]): void {
  let at = offset;
  for (const { registerType, index, value } of updates) {
    if (!(registerType >= 0 && registerType <= 0xff && Number.isInteger(registerType))) {
      throw badArgument('registerType', `registerType is ${registerType}, not a byte`);
    }
    bytes[at] = registerType;
    putU32(bytes, at + 1, index, 'index');
    putU64(bytes, at + 5, value, 'value');
    at += BYTES.UPDATE;
  }
}

function putCongAlg(bytes: Uint8Array, congAlg: string): void {
  const name = encodeText(congAlg);
  if (name.length >= BYTES.CONG_ALG || name.includes(0)) {
    throw badArgument('congAlg', `congAlg must be at most ${BYTES.CONG_ALG - 1} bytes of UTF-8 without NUL`);
  }
  bytes.set(name, BYTES.CREATE - BYTES.CONG_ALG);
}

function putU32(bytes: Uint8Array, at: number, value: number, argument: string): void {
  if (value >>> 0 !== value) throw badArgument(argument, `${argument} is ${value}, not an integer of 0 … 4294967295`);
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

function putU64(bytes: Uint8Array, at: number, value: U64, argument: string): void {
  if (typeof value === 'bigint') {
    if (BigInt.asUintN(64, value) !== value) throw badU64(argument, value);
    putU32(bytes, at, Number(value & 0xffff_ffffn), argument);
    putU32(bytes, at + 4, Number(value >> 32n), argument);
    return;
  }
  if (!Number.isSafeInteger(value) || value < 0) throw badU64(argument, value);
  putU32(bytes, at, value % 0x1_0000_0000, argument);
  putU32(bytes, at + 4, Math.floor(value / 0x1_0000_0000), argument);
}

function badU64(argument: string, value: U64): MooringError {
  return badArgument(
    argument,
    `${argument} is ${value}, not an unsigned 64-bit integer (give a bigint above 2^53 − 1)`,
  );
}

function badArgument(argument: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument });
}
