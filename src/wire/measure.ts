import type { U64 } from '../base/index.js';
import { AT, BYTES, MESSAGE } from '../generated/wire.js';
import { getU32, getU64, putU32, putU64 } from './bytes.js';
import { accept, type DecodedAs, wrongLength } from './decoded.js';
import { startMessage } from './header.js';
import { list, type MessageNames } from './names.js';

/** A report of a flow's program, its registers in index order; of program 0 without any: the flow has ended. */
export interface MeasureMessage {
  readonly type: 'measure';
  readonly sid: number;
  readonly programUid: number;
  readonly fields: readonly U64[];
}

// MEASURE   | header 8 | program_uid u32 | num_fields u32 | num_fields × u64 |
export function decodeMeasure(
  bytes: Uint8Array,
  offset: number,
  length: number,
  sid: number,
): DecodedAs<MeasureMessage> {
  if (length < BYTES.MEASURE_HEAD) return wrongLength('MEASURE', length, BYTES.MEASURE_HEAD);
  const count = getU32(bytes, offset + AT.MEASURE_COUNT);
  const expected = BYTES.MEASURE_HEAD + BYTES.FIELD * count;
  if (length !== expected) return wrongLength(`MEASURE of ${count} fields`, length, expected);
  const fields: U64[] = [];
  const end = offset + length;
  for (let at = offset + BYTES.MEASURE_HEAD + AT.FIELD_VALUE; at < end; at += BYTES.FIELD) {
    fields.push(getU64(bytes, at));
  }
  const programUid = getU32(bytes, offset + AT.MEASURE_PROGRAM_UID);
  return accept({ type: 'measure', sid, programUid, fields }, length);
}

export function encodeMeasure({ sid, programUid, fields }: MeasureMessage): Uint8Array<ArrayBuffer> {
  const bytes = startMessage(MESSAGE.MEASURE, BYTES.MEASURE_HEAD + BYTES.FIELD * fields.length, sid);
  putU32(bytes, AT.MEASURE_PROGRAM_UID, programUid, 'programUid');
  putU32(bytes, AT.MEASURE_COUNT, fields.length, 'fields');
  for (const [index, field] of fields.entries()) {
    putU64(bytes, BYTES.MEASURE_HEAD + BYTES.FIELD * index + AT.FIELD_VALUE, field, 'fields');
  }
  return bytes;
}

export function formatMeasure({ sid, programUid, fields }: MeasureMessage, names?: MessageNames): string {
  if (programUid === 0 && fields.length === 0) return `MEASURE sid ${sid}: closed`;
  const named = fields.map((value, index) => `${names?.reports[index]?.name ?? `[${index}]`} = ${value}`);
  return `MEASURE sid ${sid} program ${programUid}: ${list(named)}`;
}
