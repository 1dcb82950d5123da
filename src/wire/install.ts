import { LIMIT } from '../generated/isa.js';
import { AT, BYTES, MESSAGE } from '../generated/wire.js';
import { badArgument, getU32, putU32 } from './bytes.js';
import { accept, type DecodedAs, wrongLength } from './decoded.js';
import { startMessage } from './header.js';

/** A program for every flow of a datapath. */
export interface InstallMessage {
  readonly type: 'install';
  readonly sid: number;
  readonly programUid: number;
  readonly events: number;
  readonly instructions: number;
  /** The events' rows, then the instructions'. */
  readonly rows: Uint8Array;
}

// INSTALL   | header 8 | program_uid | num_events | num_instrs | events × 16 | instrs × 16 |
export function decodeInstall(
  bytes: Uint8Array,
  offset: number,
  length: number,
  sid: number,
): DecodedAs<InstallMessage> {
  if (length < BYTES.INSTALL_HEAD) return wrongLength('INSTALL', length, BYTES.INSTALL_HEAD);
  const events = getU32(bytes, offset + AT.INSTALL_EVENTS);
  const instructions = getU32(bytes, offset + AT.INSTALL_INSTRUCTIONS);
  const expected = BYTES.INSTALL_HEAD + LIMIT.ROW_BYTES * (events + instructions);
  if (length !== expected) {
    return wrongLength(`INSTALL of ${events} events and ${instructions} instructions`, length, expected);
  }
  const programUid = getU32(bytes, offset + AT.INSTALL_PROGRAM_UID);
  const rows = bytes.subarray(offset + BYTES.INSTALL_HEAD, offset + length);
  return accept({ type: 'install', sid, programUid, events, instructions, rows }, length);
}

export function encodeInstall(message: InstallMessage): Uint8Array<ArrayBuffer> {
  const { rows, events, instructions } = message;
  const expected = LIMIT.ROW_BYTES * (events + instructions);
  if (rows.length !== expected) {
    throw badArgument(
      'rows',
      `rows holds ${rows.length} bytes; ${events} events and ${instructions} instructions take ${expected}`,
    );
  }
  const bytes = startMessage(MESSAGE.INSTALL, BYTES.INSTALL_HEAD + rows.length, message.sid);
  putU32(bytes, AT.INSTALL_PROGRAM_UID, message.programUid, 'programUid');
  putU32(bytes, AT.INSTALL_EVENTS, events, 'events');
  putU32(bytes, AT.INSTALL_INSTRUCTIONS, instructions, 'instructions');
  bytes.set(rows, BYTES.INSTALL_HEAD);
  return bytes;
}

export function formatInstall({ programUid, events, instructions }: InstallMessage): string {
  return `INSTALL program ${programUid}: ${events} events, ${instructions} instructions`;
}
