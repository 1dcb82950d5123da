import { AT, BYTES, LIMIT, MESSAGE } from '../generated/wire.js';
import { getU32, putU32 } from './bytes.js';
import { accept, type DecodedAs, wrongLength } from './decoded.js';
import {
  bytesOfUpdates,
  type FieldUpdate,
  formatUpdates,
  getUpdates,
  putUpdates,
  tooManyUpdates,
} from './field-update.js';
import { startMessage } from './header.js';
import type { MessageNames } from './names.js';

/** Registers of a flow are to be set. */
export interface UpdateFieldMessage {
  readonly type: 'updateField';
  readonly sid: number;
  readonly updates: readonly FieldUpdate[];
}

// UPDATE_FIELD | header 8 | num_fields u32 | num_fields × update |
export function decodeUpdateField(
  bytes: Uint8Array,
  offset: number,
  length: number,
  sid: number,
): DecodedAs<UpdateFieldMessage> {
  if (length < BYTES.UPDATE_FIELD_HEAD) return wrongLength('UPDATE_FIELD', length, BYTES.UPDATE_FIELD_HEAD);
  const count = getU32(bytes, offset + AT.UPDATE_FIELD_COUNT);
  const expected = BYTES.UPDATE_FIELD_HEAD + BYTES.UPDATE * count;
  if (length !== expected) return wrongLength(`UPDATE_FIELD of ${count} updates`, length, expected);
  if (count > LIMIT.UPDATES) return tooManyUpdates('UPDATE_FIELD', count, length);
  const updates = getUpdates(bytes, offset + BYTES.UPDATE_FIELD_HEAD, count);
  return accept({ type: 'updateField', sid, updates }, length);
}

export function encodeUpdateField({ sid, updates }: UpdateFieldMessage): Uint8Array<ArrayBuffer> {
  const bytes = startMessage(MESSAGE.UPDATE_FIELD, BYTES.UPDATE_FIELD_HEAD + bytesOfUpdates(updates), sid);
  putU32(bytes, AT.UPDATE_FIELD_COUNT, updates.length, 'updates');
  putUpdates(bytes, BYTES.UPDATE_FIELD_HEAD, updates);
  return bytes;
}

export function formatUpdateField({ sid, updates }: UpdateFieldMessage, names?: MessageNames): string {
  return `UPDATE_FIELD sid ${sid}: ${formatUpdates(updates, names)}`;
}
