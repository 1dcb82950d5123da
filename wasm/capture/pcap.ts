// The classic pcap file (draft-ietf-opsawg-pcap): a header of 24 bytes, then records.
//
//   file:    | magic | major minor | zone | accuracy | snap length | link type |
//   record:  | seconds | fraction | captured | on the wire | bytes … |
import { FORMAT_PCAP, WARN_MALFORMED } from '../generated/capture';
import { MAX_RECORD, RECORD, Reader } from './reader';

const FILE_HEADER: u32 = 24;

/** Reads the file header when `magic`, as it stands in memory, is one of pcap's; false otherwise. */
export function openPcap(reader: Reader, magic: u32): bool {
  const swapped = magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1 || magic == 0x34cdb2a1;
  const value = swapped ? magic : bswap<u32>(magic);
  if (value != 0xd4c3b2a1 && value != 0x4d3cb2a1 && value != 0x34cdb2a1) return false;
  if (reader.available() < FILE_HEADER) return true;
  // WebAssembly reads little-endian, so the bytes d4 c3 b2 a1 load as a1b2c3d4: not swapped.
  reader.swapped = swapped ? 1 : 0;
  reader.nanosecond = value == 0x4d3cb2a1 ? 1 : 0;
  // Kuznetzov's variant has 8 more bytes in each record.
  reader.recordHeader = value == 0x34cdb2a1 ? 24 : 16;
  reader.snapLength = reader.u32(reader.at + 16);
  // The upper bits hold the length of the frame check sequence.
  reader.linkType = reader.u32(reader.at + 20) & 0x03ff_ffff;
  reader.at += FILE_HEADER;
  reader.format = FORMAT_PCAP;
  reader.interfaceId = reader.interfaceBase;
  reader.interfaceCount = 1;
  return true;
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
