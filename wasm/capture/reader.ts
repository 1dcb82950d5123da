// One stream of capture bytes and the record that stands at its front. The host writes chunks
// straight into the buffer (`readerSpace`), the format's parser takes records out of it. A record
// cut by the end of a chunk stays at the start of the buffer and the next chunk joins it.
//
//   buffer:  | taken | not yet parsed | free, for the host to fill |
//            ^ base  ^ at             ^ end                        ^ base + capacity
import { FORMAT_UNKNOWN, WARN_CUT } from '../generated/capture';

/** The host must bring more bytes. */
export const NEED_DATA: i32 = 0;
/** A packet record stands in the fields. */
export const RECORD: i32 = 1;
/** The stream has ended. */
export const ENDED: i32 = 2;

/** The longest record we take; libpcap's own limit is 256 KiB (MAXIMUM_SNAPLEN). */
export const MAX_RECORD: u32 = 512 * 1024;

@unmanaged
export class Reader {
  base: usize = 0;
  capacity: u32 = 0;
  at: usize = 0;
  end: usize = 0;
  /** Bytes of a block that is skipped as it streams by. */
  skip: u64 = 0;
  /** Offset in the stream of `base`. */
  offset: f64 = 0;
  finished: u32 = 0;
  /** Its end was told to the host. */
  closed: u32 = 0;
  format: u32 = 0;
  swapped: u32 = 0;
  warnings: u32 = 0;
  /** Where in the stream the first of each WARN_ bit stands, by the bit's place. */
  warningOffset0: f64 = 0;
  warningOffset1: f64 = 0;
  warningOffset2: f64 = 0;
  warningOffset3: f64 = 0;
  warningOffset4: f64 = 0;
  warningOffset5: f64 = 0;

  // pcap
  nanosecond: u32 = 0;
  recordHeader: u32 = 0;
  // pcapng
  interfaces: usize = 0;
  interfaceCount: u32 = 0;
  interfaceCapacity: u32 = 0;
  /** Interfaces of streams read before in this place: `interfaceId` counts on over them. */
  interfaceBase: u32 = 0;
  /** Interfaces of the stream's earlier sections; a section numbers its own from 0. */
  sectionBase: u32 = 0;

  // The record.
  pending: u32 = 0;
  linkType: u32 = 0;
  interfaceId: u32 = 0;
  /** Bytes at the end of the frame that check it, and are of no packet; counted in `wire`. */
  checkBytes: u32 = 0;
  data: usize = 0;
  captured: u32 = 0;
  wire: u32 = 0;
  timeNs: i64 = 0;
  /** 0 where the record says no time; `timeNs` is then that of the one before. */
  timed: u32 = 0;

  snapLength: u32 = 0;
  records: f64 = 0;

  available(): u32 {
    return <u32>(this.end - this.at);
  }

  /** NEED_DATA while the stream goes on; at its end `warning` is noted if bytes are left. */
  starve(): i32 {
    if (!this.finished) return NEED_DATA;
    if (this.at < this.end || this.skip) this.warn(WARN_CUT);
    this.at = this.end;
    return ENDED;
  }

  /** Notes a warning with its place; nothing is read after it. */
  stop(warning: u32): i32 {
    this.warn(warning);
    this.at = this.end;
    this.finished = 2;
    return ENDED;
  }

  warn(warning: u32): void {
    this.warnAt(warning, this.at);
  }

  /** Notes what is wrong with the bytes at `at`, which are in the buffer. */
  warnAt(warning: u32, at: usize): void {
    if (this.warnings & warning) return;
    this.warnings |= warning;
    store<f64>(offsetOf(this, warning), this.offset + <f64>(at - this.base));
  }

  /** Where in the stream the first such warning stands. */
  warningOffset(warning: u32): f64 {
    return load<f64>(offsetOf(this, warning));
  }

  u16(at: usize): u32 {
    const value = load<u16>(at);
    return this.swapped ? <u32>bswap<u16>(value) : <u32>value;
  }

  u32(at: usize): u32 {
    const value = load<u32>(at);
    return this.swapped ? bswap<u32>(value) : value;
  }
}

function offsetOf(reader: Reader, warning: u32): usize {
  return (
    changetype<usize>(reader) + offsetof<Reader>('warningOffset0') + ((<usize>min<u32>(ctz<u32>(warning), 5)) << 3)
  );
}

export function createReader(chunkBytes: u32): Reader {
  const reader = changetype<Reader>(heap.alloc(offsetof<Reader>()));
  memory.fill(changetype<usize>(reader), 0, offsetof<Reader>());
  reader.capacity = chunkBytes + MAX_RECORD;
  reader.base = heap.alloc(reader.capacity);
  restart(reader);
  return reader;
}

/** Begins another stream in the same buffer: the next member of an archive, the next file. */
export function restart(reader: Reader): void {
  reader.at = reader.base;
  reader.end = reader.base;
  reader.skip = 0;
  reader.offset = 0;
  reader.finished = 0;
  reader.closed = 0;
  reader.format = FORMAT_UNKNOWN;
  reader.swapped = 0;
  reader.warnings = 0;
  reader.interfaceBase += reader.interfaceCount;
  reader.interfaceCount = 0;
  reader.sectionBase = 0;
  reader.checkBytes = 0;
  reader.timed = 1;
  reader.pending = 0;
  reader.records = 0;
}

/** Where the host writes next; what is not parsed yet moves to the front first. */
export function makeSpace(reader: Reader): usize {
  const left = reader.available();
  if (reader.at != reader.base) {
    reader.offset += <f64>(reader.at - reader.base);
    memory.copy(reader.base, reader.at, left);
    reader.at = reader.base;
    reader.end = reader.base + left;
  }
  return reader.end;
}
