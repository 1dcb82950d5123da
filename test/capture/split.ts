const HEADER = 24;
const RECORD = 16;

/** A little-endian pcap as tcpdump -C leaves it: files of about as many packets each, one after the other. */
export function splitPcap(bytes: Uint8Array, files: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const starts: number[] = [];
  for (let at = HEADER; at < bytes.length; at += RECORD + view.getUint32(at + 8, true)) starts.push(at);
  return Array.from({ length: files }, (_, index) => {
    const from = starts[Math.floor((index * starts.length) / files)] ?? bytes.length;
    const to = starts[Math.floor(((index + 1) * starts.length) / files)] ?? bytes.length;
    return Buffer.concat([bytes.subarray(0, HEADER), bytes.subarray(from, to)]);
  });
}
