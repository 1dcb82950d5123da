// pcapng (draft-ietf-opsawg-pcapng): blocks in sections, each section with its own byte order
// and interfaces.
//
//   | type | total length | body … | total length |
import {
  FORMAT_PCAPNG,
  MAGIC_BYTE_ORDER,
  MAGIC_PCAPNG,
  WARN_MALFORMED,
  WARN_PACKET,
  WARN_VERSION,
} from '../generated/capture';
import {
  addInterface,
  readInterfaceOptions,
  readPacketOptions,
  readStatistics,
  sectionInterface,
  toNanoseconds,
} from './interfaces';
import { MAX_RECORD, RECORD, Reader } from './reader';

/** The byte-order magic of a machine of the other order. */
const SWAPPED_ORDER: u32 = bswap<u32>(MAGIC_BYTE_ORDER);
const INTERFACE: u32 = 1;
/** Obsolete since 2004, still written by old tools. */
const PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;
/** 1.0; writers of 1.2 mean the same. */
const MAJOR: u32 = 1;
/** Of a section header: type, length, byte-order magic, version. */
const SECTION_BEGINNING: u32 = 16;
/** Drops before an obsolete packet block that are not known. */
const DROPS_UNKNOWN: u32 = 0xffff;

/** Opens a stream that begins with a section header block; false otherwise. @seldom */
export function openPcapng(reader: Reader, magic: u32): bool {
  if (magic != MAGIC_PCAPNG) return false;
  reader.format = FORMAT_PCAPNG;
  return true;
}

// @seldom
export function nextPcapng(reader: Reader): i32 {
  while (true) {
    if (reader.skip) {
      const step = <u32>min<u64>(reader.skip, reader.available());
      reader.at += step;
      reader.skip -= step;
      if (reader.skip) return reader.starve();
    }
    const at = reader.at;
    if (reader.available() < 12) return reader.starve();
    const type = load<u32>(at);
    if (type == MAGIC_PCAPNG) {
      if (reader.available() < SECTION_BEGINNING) return reader.starve();
      const order = load<u32>(at, 8);
      if (order != MAGIC_BYTE_ORDER && order != SWAPPED_ORDER) return reader.stop(WARN_MALFORMED);
      reader.swapped = order == SWAPPED_ORDER ? 1 : 0;
    }
    const length = reader.u32(at + 4);
    if (length < 12) return reader.stop(WARN_MALFORMED);
    // Some writers do not count the padding in; the next block begins on a word all the same.
    const whole = (<u64>length + 3) & ~3;
    const known = reader.swapped ? bswap<u32>(type) : type;
    const packet = known == ENHANCED_PACKET || known == PACKET || known == SIMPLE_PACKET;
    if (length > MAX_RECORD) {
      // Only a packet or an interface must be held whole; anything else may stream by.
      if (packet || known == INTERFACE) return reader.stop(WARN_MALFORMED);
      if (type == MAGIC_PCAPNG) beginSection(reader, at);
      reader.skip = whole;
      continue;
    }
    const bytes = <u32>whole;
    if (reader.available() < bytes) return reader.starve();
    const again = reader.u32(at + bytes - 4);
    if (again != length && again != bytes) return reader.stop(WARN_MALFORMED);
    reader.at = at + bytes;
    if (packet) {
      if (packetBlock(reader, known, at, bytes)) return RECORD;
      continue;
    }
    if (type == MAGIC_PCAPNG) {
      if (bytes < 28) return reader.stop(WARN_MALFORMED);
      beginSection(reader, at);
    } else if (known == INTERFACE) {
      if (bytes < 20) return reader.stop(WARN_MALFORMED);
      if (!addInterface(reader, reader.u16(at + 8), reader.u32(at + 12))) return reader.stop(WARN_MALFORMED);
      readInterfaceOptions(reader, at + 16, at + bytes - 4);
    } else if (known == STATISTICS && bytes >= 24) {
      readStatistics(reader, reader.u32(at + 8), at + 20, at + bytes - 4);
    }
    // Names, secrets, comments, custom blocks: nothing of a packet is in them.
  }
}

// @seldom
function beginSection(reader: Reader, at: usize): void {
  reader.sectionBase = reader.interfaceCount;
  if (reader.u16(at + 12) != MAJOR) reader.warnAt(WARN_VERSION, at);
}

// True when the block gave a record. A block that lies about its own packet is passed over.
function packetBlock(reader: Reader, type: u32, at: usize, length: u32): bool {
  let id: u32 = 0;
  let data: usize = 0;
  let captured: u32 = 0;
  let wire: u32 = 0;
  let ticks: u64 = 0;
  if (type == SIMPLE_PACKET) {
    if (length < 16) return lie(reader, at);
    wire = reader.u32(at + 8);
    data = at + 12;
    captured = min(wire, length - 16);
    if (reader.interfaceCount > reader.sectionBase) {
      const snap = sectionInterface(reader, 0).snapLength;
      if (snap) captured = min(captured, snap);
    }
  } else {
    if (length < 32) return lie(reader, at);
    id = type == ENHANCED_PACKET ? reader.u32(at + 8) : reader.u16(at + 8);
    ticks = ((<u64>reader.u32(at + 12)) << 32) | reader.u32(at + 16);
    captured = reader.u32(at + 20);
    wire = reader.u32(at + 24);
    data = at + 28;
    if (captured > length - 32) return lie(reader, at);
  }
  if (id >= reader.interfaceCount - reader.sectionBase) return lie(reader, at);
  const face = sectionInterface(reader, id);
  face.packets += 1;
  reader.linkType = face.linkType;
  reader.checkBytes = face.checkBytes;
  reader.interfaceId = reader.interfaceBase + reader.sectionBase + id;
  if (type == PACKET) {
    const drops = reader.u16(at + 10);
    if (drops != DROPS_UNKNOWN) face.droppedBetween += <f64>drops;
  }
  if (type != SIMPLE_PACKET) {
    const options = data + ((captured + 3) & ~3);
    if (options + 4 < at + length) {
      readPacketOptions(reader, face, type == ENHANCED_PACKET, options, at + length - 4);
    }
  }
  // A simple packet has no time: it stands where the packet before it does.
  reader.timed = type == SIMPLE_PACKET ? 0 : 1;
  if (reader.timed) reader.timeNs = toNanoseconds(face, ticks);
  reader.captured = captured;
  reader.wire = wire;
  reader.data = data;
  return true;
}

function lie(reader: Reader, at: usize): bool {
  reader.warnAt(WARN_PACKET, at);
  return false;
}
