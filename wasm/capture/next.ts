// Takes the next record of a stream, whatever its format: it is recognised by its first bytes.
import { FORMAT_PCAP, FORMAT_PCAPNG, FORMAT_UNKNOWN, WARN_UNKNOWN_FORMAT } from '../generated/capture';
import { nextPcap, openPcap } from './pcap';
import { nextPcapng, openPcapng } from './pcapng';
import { RECORD, Reader } from './reader';

/** RECORD with the reader's fields set, NEED_DATA, or ENDED. */
export function nextRecord(reader: Reader): i32 {
  if (reader.format == FORMAT_UNKNOWN) {
    const opened = open(reader);
    if (opened != OPENED) return opened;
  }
  const state = nextOf(reader);
  if (state == RECORD) {
    reader.records += 1;
    reader.pending = 1;
  }
  return state;
}

/** Of `open`: the stream is of a format that we read. */
const OPENED: i32 = -1;

// @seldom
function open(reader: Reader): i32 {
  if (reader.finished == 2 || reader.available() < 4) return reader.starve();
  const magic = load<u32>(reader.at);
  if (!openPcap(reader, magic) && !openPcapng(reader, magic)) return reader.stop(WARN_UNKNOWN_FORMAT);
  // A pcap header that is not whole yet.
  return reader.format == FORMAT_UNKNOWN ? reader.starve() : OPENED;
}

function nextOf(reader: Reader): i32 {
  switch (reader.format) {
    case FORMAT_PCAP:
      return nextPcap(reader);
    case FORMAT_PCAPNG:
      return nextPcapng(reader);
    default:
      return unreachable();
  }
}
