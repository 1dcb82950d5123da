// The streams the host feeds, by number.
import { FORMAT_PCAPNG, LIMIT_OPEN_FILES, WARN_LINK_TYPE } from '../generated/capture';
import { Interface, interfaceAt } from './interfaces';
import { createReader, makeSpace, Reader, restart } from './reader';

const readers = memory.data(LIMIT_OPEN_FILES * 4, 4);
let count: u32 = 0;

export function readerAt(id: u32): Reader {
  return changetype<Reader>(load<usize>(readers + ((<usize>id) << 2)));
}

export function readerCount(): u32 {
  return count;
}

/** A stream that takes chunks of up to `chunkBytes`; its number, or -1 when there are LIMIT_OPEN_FILES already. */
export function addReader(chunkBytes: u32): i32 {
  if (count == LIMIT_OPEN_FILES) return -1;
  store<usize>(readers + ((<usize>count) << 2), changetype<usize>(createReader(chunkBytes)));
  count += 1;
  return count - 1;
}

/** Begins another stream in the place of one that ended. */
export function restartReader(id: u32): void {
  restart(readerAt(id));
}

/** Where the host writes the next chunk. Call it only when the stream needs data. */
export function readerSpace(id: u32): usize {
  return makeSpace(readerAt(id));
}

export function readerSpaceBytes(id: u32): u32 {
  const reader = readerAt(id);
  return <u32>(reader.base + reader.capacity - reader.end);
}

/** `bytes` were written; 0 ends the stream. */
export function readerCommit(id: u32, bytes: u32): void {
  const reader = readerAt(id);
  if (bytes) reader.end += bytes;
  else if (!reader.finished) reader.finished = 1;
}

/** WARN_ bits of the stream so far. */
export function readerWarnings(id: u32): u32 {
  return readerAt(id).warnings;
}

/** Where in the stream the first warning of this WARN_ bit stands. */
export function readerWarningOffset(id: u32, warning: u32): f64 {
  return readerAt(id).warningOffset(warning);
}

export function readerFormat(id: u32): u32 {
  return readerAt(id).format;
}

export function readerRecords(id: u32): f64 {
  return readerAt(id).records;
}

export function readerSnapLength(id: u32): u32 {
  return readerAt(id).snapLength;
}

export function readerLinkType(id: u32): u32 {
  return readerAt(id).linkType;
}

/** Interfaces of all pcapng sections so far. */
export function readerInterfaces(id: u32): u32 {
  const reader = readerAt(id);
  return reader.format == FORMAT_PCAPNG ? reader.interfaceCount : 0;
}

export function interfaceLinkType(id: u32, index: u32): u32 {
  return interfaceAt(readerAt(id), index).linkType;
}

export function interfaceSnapLength(id: u32, index: u32): u32 {
  return interfaceAt(readerAt(id), index).snapLength;
}

export function interfacePackets(id: u32, index: u32): f64 {
  return interfaceAt(readerAt(id), index).packets;
}

export function interfaceDropped(id: u32, index: u32): f64 {
  const face = interfaceAt(readerAt(id), index);
  return max(face.dropped, face.droppedBetween);
}

export function interfaceName(id: u32, index: u32): usize {
  return changetype<usize>(interfaceAt(readerAt(id), index)) + offsetof<Interface>('name0');
}

export function interfaceNameLength(id: u32, index: u32): u32 {
  return interfaceAt(readerAt(id), index).nameLength;
}

export function warnLinkType(reader: Reader): void {
  reader.warnAt(WARN_LINK_TYPE, reader.data);
}
