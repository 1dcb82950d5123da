// The interfaces a pcapng section describes, and their clocks.
import { Reader } from './reader';

/** Interfaces of one stream; more than this is a lie. */
const MAX_INTERFACES: u32 = 65536;

const OPTION_END: u32 = 0;
const OPTION_NAME: u32 = 2;
const OPTION_TSRESOL: u32 = 9;
const OPTION_FCSLEN: u32 = 13;
const OPTION_TSOFFSET: u32 = 14;
const STATISTIC_DROP: u32 = 5;
const STATISTIC_OS_DROP: u32 = 7;
const PACKET_FLAGS: u32 = 2;
const PACKET_DROPS: u32 = 4;
/** In a packet's flags: bytes of the frame check sequence, 0 where they are not told. */
const FLAG_CHECK_AT: u32 = 5;
const FLAG_CHECK: u32 = 15;

const NAME_BYTES: u32 = 32;

@unmanaged
export class Interface {
  linkType: u32 = 0;
  snapLength: u32 = 0;
  /** if_tsresol: the exponent, of 2 when the top bit is set, else of 10. */
  resolution: u32 = 6;
  nameLength: u32 = 0;
  /** Seconds to add. */
  offsetSeconds: i64 = 0;
  packets: f64 = 0;
  /** What the capturing machine says it lost, by interface statistics blocks and packet by packet. */
  dropped: f64 = 0;
  droppedBetween: f64 = 0;
  checkBytes: u32 = 0;
  unused: u32 = 0;
  name0: u64 = 0;
  name1: u64 = 0;
  name2: u64 = 0;
  name3: u64 = 0;
}

/** Interface `id` of the section being read. */
export function sectionInterface(reader: Reader, id: u32): Interface {
  return interfaceAt(reader, reader.sectionBase + id);
}

/** Interface `id` of the stream, over its sections. */
export function interfaceAt(reader: Reader, id: u32): Interface {
  return changetype<Interface>(reader.interfaces + <usize>id * offsetof<Interface>());
}

// @seldom
export function addInterface(reader: Reader, linkType: u32, snapLength: u32): bool {
  if (reader.interfaceCount == MAX_INTERFACES) return false;
  if (reader.interfaceCount == reader.interfaceCapacity) {
    const capacity = max<u32>(8, reader.interfaceCapacity << 1);
    const moved = heap.alloc(<usize>capacity * offsetof<Interface>());
    if (reader.interfaces) {
      memory.copy(moved, reader.interfaces, <usize>reader.interfaceCount * offsetof<Interface>());
      heap.free(reader.interfaces);
    }
    reader.interfaces = moved;
    reader.interfaceCapacity = capacity;
  }
  const face = interfaceAt(reader, reader.interfaceCount);
  memory.fill(changetype<usize>(face), 0, offsetof<Interface>());
  face.linkType = linkType;
  face.snapLength = snapLength;
  face.resolution = 6;
  reader.interfaceCount += 1;
  return true;
}

/** Options of the interface added last: | code u16 | length u16 | value, padded to 4 |. @seldom */
export function readInterfaceOptions(reader: Reader, from: usize, to: usize): void {
  const face = interfaceAt(reader, reader.interfaceCount - 1);
  let at = from;
  while (at + 4 <= to) {
    const code = reader.u16(at);
    const length = reader.u16(at + 2);
    const value = at + 4;
    if (code == OPTION_END || value + length > to) return;
    if (code == OPTION_NAME) {
      face.nameLength = min(length, NAME_BYTES);
      memory.copy(changetype<usize>(face) + offsetof<Interface>('name0'), value, face.nameLength);
    } else if (code == OPTION_TSRESOL && length >= 1) face.resolution = load<u8>(value);
    // In bits.
    else if (code == OPTION_FCSLEN && length >= 1) face.checkBytes = load<u8>(value) >> 3;
    else if (code == OPTION_TSOFFSET && length >= 8) face.offsetSeconds = <i64>u64At(reader, value);
    at = value + ((length + 3) & ~3);
  }
}

// @seldom
export function readStatistics(reader: Reader, id: u32, from: usize, to: usize): void {
  if (id >= reader.interfaceCount - reader.sectionBase) return;
  const face = sectionInterface(reader, id);
  // Counters go on from block to block: the last one stands.
  let dropped: f64 = 0;
  let at = from;
  while (at + 4 <= to) {
    const code = reader.u16(at);
    const length = reader.u16(at + 2);
    if (code == OPTION_END || at + 4 + length > to) break;
    if ((code == STATISTIC_DROP || code == STATISTIC_OS_DROP) && length >= 8) dropped += <f64>u64At(reader, at + 4);
    at += 4 + ((length + 3) & ~3);
  }
  face.dropped = dropped;
}

/** Options of a packet of `face`; among those of an obsolete block there is no count of drops, its own field has it. @seldom */
export function readPacketOptions(reader: Reader, face: Interface, enhanced: bool, from: usize, to: usize): void {
  let at = from;
  while (at + 4 <= to) {
    const code = reader.u16(at);
    const length = reader.u16(at + 2);
    const value = at + 4;
    if (code == OPTION_END || value + length > to) return;
    if (code == PACKET_DROPS && enhanced && length >= 8) face.droppedBetween += <f64>u64At(reader, value);
    else if (code == PACKET_FLAGS && length >= 4) {
      const told = (reader.u32(value) >> FLAG_CHECK_AT) & FLAG_CHECK;
      if (told) reader.checkBytes = told;
    }
    at = value + ((length + 3) & ~3);
  }
}

/** Nanoseconds since 1970; resolutions finer than a nanosecond are cut. */
export function toNanoseconds(face: Interface, ticks: u64): i64 {
  const offset = face.offsetSeconds * 1_000_000_000;
  const resolution = face.resolution;
  if (resolution == 6) return <i64>(ticks * 1000) + offset;
  if (resolution & 0x80) {
    const exponent = <u64>min<u32>(resolution & 0x7f, 63);
    const seconds = ticks >> exponent;
    let fraction = ticks & (((<u64>1) << exponent) - 1);
    let shift = exponent;
    // A fraction of 34 bits times 10^9 still fits in 64.
    if (shift > 34) {
      fraction >>= shift - 34;
      shift = 34;
    }
    return <i64>(seconds * 1_000_000_000 + ((fraction * 1_000_000_000) >> shift)) + offset;
  }
  if (resolution <= 9) return <i64>(ticks * power10(9 - resolution)) + offset;
  return <i64>(ticks / power10(min<u32>(resolution, 28) - 9)) + offset;
}

function power10(exponent: u32): u64 {
  let value: u64 = 1;
  for (let i: u32 = 0; i < exponent; i += 1) value *= 10;
  return value;
}

// pcapng options of 64 bits are two words, the order of the words being that of the file.
function u64At(reader: Reader, at: usize): u64 {
  const value = load<u64>(at);
  return reader.swapped ? bswap<u64>(value) : value;
}
