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

/** A flow is to run another program, with first values for its registers. */
export interface ChangeProgMessage {
  readonly type: 'changeProg';
  readonly sid: number;
  readonly programUid: number;
  readonly updates: readonly FieldUpdate[];
}

// CHANGEPROG   | header 8 | program_uid u32 | num_fields u32 | num_fields × update |
export function decodeChangeProg(
  bytes: Uint8Array,
  offset: number,
  length: number,
  sid: number,
): DecodedAs<ChangeProgMessage> {
  if (length < BYTES.CHANGE_PROG_HEAD) return wrongLength('CHANGEPROG', length, BYTES.CHANGE_PROG_HEAD);
  const count = getU32(bytes, offset + AT.CHANGE_PROG_COUNT);
  const expected = BYTES.CHANGE_PROG_HEAD + BYTES.UPDATE * count;
  if (length !== expected) return wrongLength(`CHANGEPROG of ${count} updates`, length, expected);
  if (count > LIMIT.UPDATES) return tooManyUpdates('CHANGEPROG', count, length);
  const programUid = getU32(bytes, offset + AT.CHANGE_PROG_PROGRAM_UID);
  const updates = getUpdates(bytes, offset + BYTES.CHANGE_PROG_HEAD, count);
  return accept({ type: 'changeProg', sid, programUid, updates }, length);
}

export function encodeChangeProg({ sid, programUid, updates }: ChangeProgMessage): Uint8Array<ArrayBuffer> {
  const bytes = startMessage(MESSAGE.CHANGE_PROG, BYTES.CHANGE_PROG_HEAD + bytesOfUpdates(updates), sid);
  putU32(bytes, AT.CHANGE_PROG_PROGRAM_UID, programUid, 'programUid');
  putU32(bytes, AT.CHANGE_PROG_COUNT, updates.length, 'updates');
  putUpdates(bytes, BYTES.CHANGE_PROG_HEAD, updates);
  return bytes;
}

export function formatChangeProg({ sid, programUid, updates }: ChangeProgMessage, names?: MessageNames): string {
  return `CHANGEPROG sid ${sid} program ${programUid}: ${formatUpdates(updates, names)}`;
}
