// The classic pcap file (draft-ietf-opsawg-pcap): a header of 24 bytes, then records.
//
//   file:    | magic | major minor | zone | accuracy | snap length | link type |
//   record:  | seconds | fraction | captured | on the wire | bytes … |
import {
  FORMAT_PCAP,
  MAGIC_PCAP,
  MAGIC_PCAP_MODIFIED,
  MAGIC_PCAP_NANOSECOND,
  WARN_MALFORMED,
  WARN_VERSION,
} from '../generated/capture';
import { MAX_RECORD, RECORD, Reader } from './reader';

const FILE_HEADER: u32 = 24;
const RECORD_HEADER: u32 = 16;
const MODIFIED_RECORD_HEADER: u32 = 24;
/** | words of 2 bytes of the frame check sequence, 4 bits | reserved | they are told | link type, 26 bits | */
const LINK_TYPE: u32 = 0x03ff_ffff;
const CHECK_TOLD: u32 = 0x0400_0000;
const CHECK_WORDS_AT: u32 = 28;
/** 2.4 since 1998; earlier ones of the second differ in nothing read here. */
const MAJOR: u32 = 2;
const MINOR: u32 = 4;

/** Reads the file header when `magic`, as it stands in memory, is one of pcap's; false otherwise. @seldom */
export function openPcap(reader: Reader, magic: u32): bool {
  // WebAssembly reads little-endian, so the bytes d4 c3 b2 a1 load as a1b2c3d4: not swapped.
  const straight = isMagic(magic);
  if (!straight && !isMagic(bswap<u32>(magic))) return false;
  if (reader.available() < FILE_HEADER) return true;
  const value = straight ? magic : bswap<u32>(magic);
  reader.swapped = straight ? 0 : 1;
  reader.nanosecond = value == MAGIC_PCAP_NANOSECOND ? 1 : 0;
  reader.recordHeader = value == MAGIC_PCAP_MODIFIED ? MODIFIED_RECORD_HEADER : RECORD_HEADER;
  reader.snapLength = reader.u32(reader.at + 16);
  const link = reader.u32(reader.at + 20);
  reader.linkType = link & LINK_TYPE;
  reader.checkBytes = link & CHECK_TOLD ? (link >> CHECK_WORDS_AT) << 1 : 0;
  if (reader.u16(reader.at + 4) != MAJOR || reader.u16(reader.at + 6) > MINOR) reader.warn(WARN_VERSION);
  reader.at += FILE_HEADER;
  reader.format = FORMAT_PCAP;
  reader.interfaceId = reader.interfaceBase;
  reader.interfaceCount = 1;
  return true;
}

function isMagic(value: u32): bool {
  return value == MAGIC_PCAP || value == MAGIC_PCAP_NANOSECOND || value == MAGIC_PCAP_MODIFIED;
}

export function nextPcap(reader: Reader): i32 {
  const header = reader.recordHeader;
  const at = reader.at;
  const available = reader.available();
  if (available < header) return reader.starve();
  const captured = reader.u32(at + 8);
  if (captured > MAX_RECORD - 64) return reader.stop(WARN_MALFORMED);
  if (available - header < captured) return reader.starve();
  const seconds = <i64>reader.u32(at);
  const fraction = <i64>reader.u32(at + 4);
  reader.timeNs = seconds * 1_000_000_000 + (reader.nanosecond ? fraction : fraction * 1000);
  reader.captured = captured;
  reader.wire = reader.u32(at + 12);
  reader.data = at + header;
  reader.at = at + header + captured;
  return RECORD;
}
