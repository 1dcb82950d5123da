import type { Readable } from 'node:stream';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
// Microseconds and nanoseconds, written by a little-endian machine.
const LITTLE_ENDIAN_MAGIC = new Set([0xa1b2c3d4, 0xa1b23c4d]);

/** What a pcap file really holds. */
export interface PcapCount {
  readonly packets: number;
  /** Bytes after the last whole record: the file was cut. */
  readonly strayBytes: number;
}

/**
 * Counts the records of a pcap stream in constant memory, so that a manifest says what is in a file
 * and not what the tool meant to write.
 *
 * ```text
 *  24 bytes file header | 16 bytes: seconds, fraction, captured length, wire length | frame | …
 * ```
 */
export function createPcapCounter(): { push(chunk: Buffer): void; end(): PcapCount } {
  let packets = 0;
  let held = Buffer.alloc(0);
  let skip = 0;
  let littleEndian: boolean | undefined;
  return {
    push(chunk) {
      let at = Math.min(skip, chunk.length);
      skip -= at;
      if (skip > 0) return;
      const data = held.length > 0 ? Buffer.concat([held, chunk.subarray(at)]) : chunk.subarray(at);
      at = 0;
      if (littleEndian === undefined) {
        if (data.length < FILE_HEADER_BYTES) {
          held = Buffer.from(data);
          return;
        }
        littleEndian = LITTLE_ENDIAN_MAGIC.has(data.readUInt32LE(0));
        at = FILE_HEADER_BYTES;
      }
      while (data.length - at >= RECORD_HEADER_BYTES) {
        const length = littleEndian ? data.readUInt32LE(at + 8) : data.readUInt32BE(at + 8);
        at += RECORD_HEADER_BYTES + length;
        packets += 1;
        if (at > data.length) {
          skip = at - data.length;
          at = data.length;
        }
      }
      held = Buffer.from(data.subarray(at));
    },
    end() {
      const cut = skip > 0;
      return { packets: cut ? packets - 1 : packets, strayBytes: cut ? 1 : held.length };
    },
  };
}

/** Counts a whole stream. */
export async function countPcap(stream: Readable): Promise<PcapCount> {
  const counter = createPcapCounter();
  for await (const chunk of stream) counter.push(chunk as Buffer);
  return counter.end();
}
