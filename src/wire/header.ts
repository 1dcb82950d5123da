import { AT, BYTES, LIMIT, MESSAGE } from '../generated/wire.js';
import { badArgument, getU16, getU32, putU16, putU32 } from './bytes.js';

// Every message: | type u16 | length u16 | sid u32 | what its type has |
// The readers are for whoever passes messages on without decoding them; each wants a whole header at `at`.

/** One of MESSAGE, or a number that is none. */
export function messageType(bytes: Uint8Array, at = 0): number {
  return getU16(bytes, at + AT.HEADER_TYPE);
}

/** As the header has it: it may be less than a header takes, and more than there are. */
export function messageLength(bytes: Uint8Array, at = 0): number {
  return getU16(bytes, at + AT.HEADER_LENGTH);
}

/** The number of the flow; 0 where the message is not of one. */
export function messageSid(bytes: Uint8Array, at = 0): number {
  return getU32(bytes, at + AT.HEADER_SID);
}

/** The program that the INSTALL at `at` brings; 0 where it is too short to say. */
export function installUid(bytes: Uint8Array, at = 0): number {
  return bytes.length < at + AT.INSTALL_PROGRAM_UID + 4 ? 0 : getU32(bytes, at + AT.INSTALL_PROGRAM_UID);
}

/** Whether the whole message at `at` ends its flow: a MEASURE of no program and no fields. */
export function isClose(bytes: Uint8Array, at = 0): boolean {
  return (
    messageType(bytes, at) === MESSAGE.MEASURE &&
    messageLength(bytes, at) === BYTES.MEASURE_HEAD &&
    getU32(bytes, at + AT.MEASURE_PROGRAM_UID) === 0
  );
}

/** A message of `length` bytes that holds its header. Throws MOORING_ERR_BAD_ARGUMENT beyond what the protocol has. */
export function startMessage(type: number, length: number, sid: number): Uint8Array<ArrayBuffer> {
  if (length > LIMIT.MESSAGE_BYTES) {
    throw badArgument(
      'message',
      `the message would take ${length} bytes, more than the protocol's ${LIMIT.MESSAGE_BYTES}`,
    );
  }
  const bytes = new Uint8Array(length);
  putU16(bytes, AT.HEADER_TYPE, type);
  putU16(bytes, AT.HEADER_LENGTH, length);
  putU32(bytes, AT.HEADER_SID, sid, 'sid');
  return bytes;
}
