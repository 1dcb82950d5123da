import type { Fields } from '../algorithms/index.js';
import { ERROR, MooringError, type U64 } from '../base/index.js';
import { IMPLICIT, REG } from '../generated/isa.js';
import type { Scope } from '../program/index.js';
import type { FieldUpdate } from '../wire/index.js';

const U32_MAX = 0xffff_ffff;

/**
 * A name and a value as the wire wants them. Throws MOORING_ERR_LANG_UNKNOWN_FIELD, MOORING_ERR_BAD_ARGUMENT.
 */
export function fieldUpdate(scope: Scope, name: string, value: U64): FieldUpdate {
  const entry = scope.get(name);
  if (entry?.kind === 'control') {
    return { registerType: entry.registerType, index: entry.index, value: checkValue(name, value) };
  }
  if (name === 'Cwnd') return cwndUpdate(toU32(name, value));
  if (name === 'Rate') return rateUpdate(toU32(name, value));
  const known = [...scope.controls.map((control) => control.name), 'Cwnd', 'Rate'];
  const what = entry ? `is a ${entry.kind} register, which an agent cannot set` : 'is not in the program';
  throw new MooringError(ERROR.MOORING_ERR_LANG_UNKNOWN_FIELD, `${name} ${what}; it can set ${known.join(', ')}.`, {
    field: name,
    known,
  });
}

export function fieldUpdates(scope: Scope, fields: Fields): FieldUpdate[] {
  const pairs = Symbol.iterator in fields ? fields : Object.entries(fields);
  return Array.from(pairs as Iterable<readonly [string, U64]>, ([name, value]) => fieldUpdate(scope, name, value));
}

export function cwndUpdate(cwndBytes: number): FieldUpdate {
  return { registerType: REG.IMPLICIT, index: IMPLICIT.CWND, value: cwndBytes };
}

export function rateUpdate(rateBytesPerSecond: number): FieldUpdate {
  return { registerType: REG.IMPLICIT, index: IMPLICIT.RATE, value: rateBytesPerSecond };
}

export function isCwnd({ registerType, index }: FieldUpdate): boolean {
  return registerType === REG.IMPLICIT && index === IMPLICIT.CWND;
}

export function isRate({ registerType, index }: FieldUpdate): boolean {
  return registerType === REG.IMPLICIT && index === IMPLICIT.RATE;
}

/** Adds `update` to `list`; a register that is there already takes the new value, as at the datapath. */
export function putUpdate(list: FieldUpdate[], update: FieldUpdate): void {
  for (let i = 0; i < list.length; i += 1) {
    const other = list[i]!;
    if (other.index === update.index && other.registerType === update.registerType) {
      list[i] = update;
      return;
    }
  }
  list.push(update);
}

/**
 * `value` for a register datapaths read 32 bits of: what is more is the most they can have, not what is left of it in
 * 32 bits. A flow on a fast path without losses goes on instead of losing its algorithm. Throws MOORING_ERR_BAD_ARGUMENT.
 */
export function toU32(name: string, value: U64): number {
  const checked = checkValue(name, value);
  // As a small integer, where it is one: what arithmetic left as a double would be stored as an object.
  if (checked <= 0x3fff_ffff) return Number(checked) | 0;
  return checked <= U32_MAX ? Number(checked) : U32_MAX;
}

function checkValue(name: string, value: U64): U64 {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw refuse(
      name,
      value,
      value > Number.MAX_SAFE_INTEGER
        ? 'give a bigint above 2^53 − 1'
        : 'give a whole number from 0 (Math.floor, Math.max)',
    );
  }
  if (typeof value === 'bigint') {
    if (BigInt.asUintN(64, value) === value) return value;
    throw refuse(name, value, 'a field holds 64 bits, unsigned');
  }
  throw refuse(name, value, 'give a number or a bigint');
}

function refuse(name: string, value: unknown, how: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `${name} cannot be ${String(value)}: ${how}.`, {
    argument: name,
    value: typeof value === 'number' || typeof value === 'bigint' ? value : String(value),
  });
}
