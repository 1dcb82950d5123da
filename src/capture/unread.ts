import type { CaptureInstance } from '../core/index.js';
import {
  ETHERTYPE_TEXT,
  LINKTYPE_TEXT,
  PPP_TEXT,
  PROTOCOL_TEXT,
  SAP_TEXT,
  UNREAD,
  WLAN,
} from '../generated/capture.js';

/** Whose list a number of {@link UnreadKind} is of. */
export type UnreadLayer = 'link' | 'ethertype' | 'llc' | 'ppp' | 'protocol' | 'udp-port' | 'gre' | 'wlan';

/** What some packets carry that nothing here reads into. At most 128 kinds are told apart. */
export interface UnreadKind {
  readonly layer: UnreadLayer;
  /** As the layer's list has it: an EtherType, an IP protocol, a link type, … */
  readonly number: number;
  /** What the list calls it, where it is known here. */
  readonly name?: string;
  readonly packets: number;
}

const WLAN_TEXT: Readonly<Record<number, string>> = {
  [WLAN.PROTECTED]: 'encrypted frames',
  [WLAN.FRAGMENT]: 'fragments of frames',
};

const LAYERS: Readonly<Record<Exclude<keyof typeof UNREAD, 'NONE'>, [UnreadLayer, Readonly<Record<number, string>>]>> =
  {
    LINK: ['link', LINKTYPE_TEXT],
    ETHERTYPE: ['ethertype', ETHERTYPE_TEXT],
    LLC: ['llc', SAP_TEXT],
    PPP: ['ppp', PPP_TEXT],
    PROTOCOL: ['protocol', PROTOCOL_TEXT],
    UDP_PORT: ['udp-port', {}],
    GRE: ['gre', ETHERTYPE_TEXT],
    WLAN: ['wlan', WLAN_TEXT],
  };
const BY_NUMBER = new Map(
  (Object.keys(LAYERS) as (keyof typeof LAYERS)[]).map((name) => [UNREAD[name] as number, LAYERS[name]]),
);

/** What was met and not read, the most packets first. */
export function readUnread(wasm: CaptureInstance): UnreadKind[] {
  const kinds = Array.from({ length: wasm.unreadKindCount() }, (_, index): UnreadKind => {
    const [layer, texts] = BY_NUMBER.get(wasm.unreadLayer(index))!;
    const number = wasm.unreadNumber(index);
    const name = texts[number];
    return { layer, number, ...(name === undefined ? {} : { name }), packets: wasm.unreadPackets(index) };
  });
  return kinds.sort((a, b) => b.packets - a.packets);
}
