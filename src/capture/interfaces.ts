import { type CaptureInstance, decodeText } from '../core/index.js';
import type { CaptureInterface } from './types.js';

/** Link types we decode, by their number in capture files. */
const LINKS: Readonly<Record<number, string>> = {
  0: 'NULL',
  1: 'EN10MB',
  9: 'PPP',
  12: 'RAW',
  14: 'RAW',
  101: 'RAW',
  108: 'LOOP',
  113: 'LINUX_SLL',
  228: 'IPV4',
  229: 'IPV6',
  276: 'LINUX_SLL2',
};

/** The interfaces of the stream in `slot`; a pcap file has one without a name. */
export function fileInterfaces(wasm: CaptureInstance, slot: number): CaptureInterface[] {
  const count = wasm.readerInterfaces(slot);
  if (count === 0) {
    const linkType = wasm.readerLinkType(slot);
    return [
      {
        linkType,
        linkName: linkName(linkType),
        snapLength: wasm.readerSnapLength(slot),
        packets: wasm.readerRecords(slot),
        dropped: 0,
      },
    ];
  }
  return Array.from({ length: count }, (_, index) => {
    const linkType = wasm.interfaceLinkType(slot, index);
    const length = wasm.interfaceNameLength(slot, index);
    const at = wasm.interfaceName(slot, index) >>> 0;
    return {
      ...(length ? { name: decodeText(new Uint8Array(wasm.memory.buffer).slice(at, at + length)) } : {}),
      linkType,
      linkName: linkName(linkType),
      snapLength: wasm.interfaceSnapLength(slot, index),
      packets: wasm.interfacePackets(slot, index),
      dropped: wasm.interfaceDropped(slot, index),
    };
  });
}

function linkName(linkType: number): string {
  return LINKS[linkType] ?? `DLT ${linkType}`;
}
