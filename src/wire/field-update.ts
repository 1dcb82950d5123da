import type { U64 } from '../base/index.js';
import { IMPLICIT, REG } from '../generated/isa.js';
import { AT, BYTES, LIMIT } from '../generated/wire.js';
import { badArgument, getU32, getU64, putU8, putU32, putU64 } from './bytes.js';
import { type DecodedAs, malformed } from './decoded.js';
import { list, type MessageNames } from './names.js';

/** One register to set: a control register, or Cwnd (implicit 4) or Rate (implicit 5). */
export interface FieldUpdate {
  readonly registerType: number;
  readonly index: number;
  readonly value: U64;
}

// update    | reg_type u8 | reg_index u32 | value u64 |
export function getUpdates(bytes: Uint8Array, offset: number, count: number): FieldUpdate[] {
  const updates: FieldUpdate[] = [];
  for (let index = 0, at = offset; index < count; index += 1, at += BYTES.UPDATE) {
    updates.push({
      registerType: bytes[at + AT.UPDATE_REGISTER_TYPE]!,
      index: getU32(bytes, at + AT.UPDATE_INDEX),
      value: getU64(bytes, at + AT.UPDATE_VALUE),
    });
  }
  return updates;
}

export function putUpdates(bytes: Uint8Array, offset: number, updates: readonly FieldUpdate[]): void {
  let at = offset;
  for (const { registerType, index, value } of updates) {
    putU8(bytes, at + AT.UPDATE_REGISTER_TYPE, registerType, 'registerType');
    putU32(bytes, at + AT.UPDATE_INDEX, index, 'index');
    putU64(bytes, at + AT.UPDATE_VALUE, value, 'value');
    at += BYTES.UPDATE;
  }
}

/** The bytes they take. Throws MOORING_ERR_BAD_ARGUMENT for more than a datapath takes. */
export function bytesOfUpdates(updates: readonly FieldUpdate[]): number {
  if (updates.length <= LIMIT.UPDATES) return BYTES.UPDATE * updates.length;
  throw badArgument('updates', `${updates.length} updates; a datapath takes at most ${LIMIT.UPDATES} in one message`);
}

export function tooManyUpdates(what: string, count: number, length: number): DecodedAs<never> {
  return malformed(`${what} carries ${count} updates, more than the ${LIMIT.UPDATES} a datapath takes`, length);
}

export function formatUpdates(updates: readonly FieldUpdate[], names: MessageNames | undefined): string {
  return list(updates.map((update) => `${formatRegister(update, names)} = ${update.value}`));
}

function formatRegister({ registerType, index }: FieldUpdate, names: MessageNames | undefined): string {
  if (registerType === REG.IMPLICIT && index === IMPLICIT.CWND) return 'Cwnd';
  if (registerType === REG.IMPLICIT && index === IMPLICIT.RATE) return 'Rate';
  const isControl = registerType === REG.CONTROL || registerType === REG.CONTROL_VOLATILE;
  const name = isControl ? names?.controls.find((control) => control.index === index)?.name : undefined;
  return name ?? (isControl ? `control[${index}]` : `register type ${registerType} [${index}]`);
}
