// CCP messages as bytes (spec/wire.md). Writers append to a `Bytes`; readers read a message whose
// header said it lies in memory whole.
//
//   header       | type u16 | length u16 | sid u32 |
//   MEASURE      | header | program_uid u32 | count u32 | count × u64 |
//   INSTALL      | header | program_uid u32 | events u32 | instructions u32 | rows × 16 |
//   UPDATE_FIELD | header | count u32 | count × update |
//   CHANGEPROG   | header | program_uid u32 | count u32 | count × update |
//   update       | register_type u8 | index u32 | value u64 |
import {
  BYTES_CREATE,
  BYTES_HEADER,
  BYTES_MEASURE_HEAD,
  BYTES_READY,
  MESSAGE_CREATE,
  MESSAGE_MEASURE,
  MESSAGE_READY,
} from '../generated/wire';
import { Bytes } from '../memory/index';

export function messageType(message: usize): u32 {
  return load<u16>(message);
}

export function messageLength(message: usize): u32 {
  return load<u16>(message, 2);
}

export function messageSid(message: usize): u32 {
  return load<u32>(message, 4);
}

/** The u32 `index` places after the header: program_uid or a count, as the type has it. */
export function messageWord(message: usize, index: u32): u32 {
  return load<u32>(message + BYTES_HEADER + 4 * index);
}

/** How many bytes the CREATE of a flow carries after its header. */
export const CREATE_BODY: u32 = BYTES_CREATE - BYTES_HEADER;

export function writeReady(into: Bytes, id: u32): void {
  writeHeader(into, MESSAGE_READY, BYTES_READY, 0);
  into.u32(id);
}

/** `body` holds CREATE_BODY bytes: six u32 and congAlg. */
export function writeCreate(into: Bytes, sid: u32, body: usize): void {
  writeHeader(into, MESSAGE_CREATE, BYTES_CREATE, sid);
  into.bytes(body, CREATE_BODY);
}

/** `count` fields, the first at `field`, each `stride` bytes after the one before. */
export function writeMeasure(into: Bytes, sid: u32, programUid: u32, field: usize, stride: u32, count: u32): void {
  writeHeader(into, MESSAGE_MEASURE, BYTES_MEASURE_HEAD + 8 * count, sid);
  into.u32(programUid);
  into.u32(count);
  const at = into.reserve(8 * count);
  for (let i: u32 = 0; i < count; i++) store<u64>(at + 8 * i, load<u64>(field + stride * i));
  into.length += 8 * count;
}

/** A flow has ended: a MEASURE of no program. */
export function writeClose(into: Bytes, sid: u32): void {
  writeMeasure(into, sid, 0, 0, 0, 0);
}

function writeHeader(into: Bytes, type: u32, length: u32, sid: u32): void {
  into.u16(type);
  into.u16(length);
  into.u32(sid);
}
