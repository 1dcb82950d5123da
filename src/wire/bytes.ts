import { ERROR, MooringError, type U64 } from '../base/index.js';

// Byte by byte: for messages of tens of bytes this is faster than a DataView made for each
// (docs/decisions/0020-wire-in-two-languages.md).
export function getU16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

export function getU32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** A number up to 2^53 − 1, a bigint above. */
export function getU64(bytes: Uint8Array, at: number): U64 {
  const low = getU32(bytes, at);
  const high = getU32(bytes, at + 4);
  return high < 0x20_0000 ? high * 0x1_0000_0000 + low : (BigInt(high) << 32n) | BigInt(low);
}

/** Throws MOORING_ERR_BAD_ARGUMENT with `argument` for what is no byte. */
export function putU8(bytes: Uint8Array, at: number, value: number, argument: string): void {
  if ((value & 0xff) !== value) throw badArgument(argument, `${argument} is ${value}, not a byte`);
  bytes[at] = value;
}

export function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
}

/** Throws MOORING_ERR_BAD_ARGUMENT with `argument` for what does not fit. */
export function putU32(bytes: Uint8Array, at: number, value: number, argument: string): void {
  if (value >>> 0 !== value) throw badArgument(argument, `${argument} is ${value}, not an integer of 0 … 4294967295`);
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** Throws MOORING_ERR_BAD_ARGUMENT with `argument` for what does not fit. */
export function putU64(bytes: Uint8Array, at: number, value: U64, argument: string): void {
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

export function badArgument(argument: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument });
}

function badU64(argument: string, value: U64): MooringError {
  return badArgument(
    argument,
    `${argument} is ${value}, not an unsigned 64-bit integer (give a bigint above 2^53 − 1)`,
  );
}
