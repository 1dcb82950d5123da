// CCP messages as bytes (spec/wire.md draws them; where a field stands is generated). Writers append to a `Bytes`;
// readers read a message whose header said it lies in memory whole.
import {
  AT_FIELD_VALUE,
  AT_HEADER_LENGTH,
  AT_HEADER_SID,
  AT_HEADER_TYPE,
  AT_MEASURE_COUNT,
  AT_MEASURE_PROGRAM_UID,
  AT_READY_ID,
  BYTES_CREATE,
  BYTES_FIELD,
  BYTES_HEADER,
  BYTES_MEASURE_HEAD,
  BYTES_READY,
  MESSAGE_CREATE,
  MESSAGE_MEASURE,
  MESSAGE_READY,
} from '../generated/wire';
import { Bytes } from '../memory/index';

export function messageType(message: usize): u32 {
  return load<u16>(message, AT_HEADER_TYPE);
}

export function messageLength(message: usize): u32 {
  return load<u16>(message, AT_HEADER_LENGTH);
}

export function messageSid(message: usize): u32 {
  return load<u32>(message, AT_HEADER_SID);
}

/** How many bytes the CREATE of a flow carries after its header. */
export const CREATE_BODY: u32 = BYTES_CREATE - BYTES_HEADER;

export function writeReady(into: Bytes, id: u32): void {
  const message = writeHeader(into, MESSAGE_READY, BYTES_READY, 0);
  store<u32>(message, id, AT_READY_ID);
}

/** `body` holds the CREATE_BODY bytes after the header. */
export function writeCreate(into: Bytes, sid: u32, body: usize): void {
  const message = writeHeader(into, MESSAGE_CREATE, BYTES_CREATE, sid);
  memory.copy(message + BYTES_HEADER, body, CREATE_BODY);
}

/** `count` fields, the first at `field`, each `stride` bytes after the one before. */
export function writeMeasure(into: Bytes, sid: u32, programUid: u32, field: usize, stride: u32, count: u32): void {
  const message = writeHeader(into, MESSAGE_MEASURE, BYTES_MEASURE_HEAD + BYTES_FIELD * count, sid);
  store<u32>(message, programUid, AT_MEASURE_PROGRAM_UID);
  store<u32>(message, count, AT_MEASURE_COUNT);
  const fields = message + BYTES_MEASURE_HEAD;
  for (let i: u32 = 0; i < count; i++) {
    store<u64>(fields + BYTES_FIELD * i, load<u64>(field + stride * i), AT_FIELD_VALUE);
  }
}

/** A flow has ended: a MEASURE of no program. */
export function writeClose(into: Bytes, sid: u32): void {
  writeMeasure(into, sid, 0, 0, 0, 0);
}

/** Whether a MEASURE is a close. */
export function isClose(measure: usize): bool {
  return load<u32>(measure, AT_MEASURE_PROGRAM_UID) == 0 && load<u32>(measure, AT_MEASURE_COUNT) == 0;
}

/** Takes `length` bytes for a message and gives their address; all but its header is still to be written. */
function writeHeader(into: Bytes, type: u32, length: u32, sid: u32): usize {
  const message = into.reserve(length);
  store<u16>(message, <u16>type, AT_HEADER_TYPE);
  store<u16>(message, <u16>length, AT_HEADER_LENGTH);
  store<u32>(message, sid, AT_HEADER_SID);
  into.length += length;
  return message;
}
