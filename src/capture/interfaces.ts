import { type CaptureInstance, type CompareInstance, decodeText } from '../core/index.js';
import { LINKTYPE_TEXT } from '../generated/capture.js';
import type { CaptureInterface } from './types.js';

/** The interfaces of the stream in `slot`; a pcap file has one without a name. */
export function fileInterfaces(wasm: CaptureInstance | CompareInstance, slot: number): CaptureInterface[] {
  const count = wasm.readerInterfaces(slot);
  if (count === 0) {
    const linkType = wasm.readerLinkType(slot);
    return [
      {
        linkType,
        linkName: linkName(linkType),
        snapLength: wasm.readerSnapLength(slot) >>> 0,
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
      snapLength: wasm.interfaceSnapLength(slot, index) >>> 0,
      packets: wasm.interfacePackets(slot, index),
      dropped: wasm.interfaceDropped(slot, index),
    };
  });
}

// As tcpdump says it: EN10MB.
function linkName(linkType: number): string {
  return LINKTYPE_TEXT[linkType]?.replace(/^DLT_/, '') ?? `DLT ${linkType}`;
}
