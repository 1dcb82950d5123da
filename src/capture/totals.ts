import type { CaptureInstance } from '../core/index.js';
import { ENCAP, KIND, NOTE } from '../generated/capture.js';
import type { CaptureTotals, Encapsulation, PacketKind } from './types.js';

const KIND_WORDS: Readonly<Record<keyof typeof KIND, PacketKind>> = {
  TCP: 'tcp',
  UDP: 'udp',
  ICMP: 'icmp',
  ICMP6: 'icmp6',
  ARP: 'arp',
  IP: 'ip',
  FRAGMENT: 'fragment',
  BROKEN: 'broken',
  OTHER: 'other',
};

const ENCAPSULATION_WORDS: Readonly<Record<keyof typeof ENCAP, Encapsulation>> = {
  VLAN: 'vlan',
  MPLS: 'mpls',
  PSEUDOWIRE: 'pseudowire',
  VXLAN: 'vxlan',
  GRE: 'gre',
  IPIP: 'ipip',
  PPPOE: 'pppoe',
  GENEVE: 'geneve',
  GTP: 'gtp',
  L2TP: 'l2tp',
  TEREDO: 'teredo',
  PBB: 'pbb',
  VN_TAG: 'vn-tag',
  CMD: 'cmd',
  TZSP: 'tzsp',
  LISP: 'lisp',
  NSH: 'nsh',
  ETHERIP: 'etherip',
  MINIMAL: 'minimal',
  AH: 'ah',
  PPTP: 'pptp',
  MACSEC: 'macsec',
  HSR: 'hsr',
  LLC: 'llc',
};

const KINDS = pairs(KIND_WORDS, KIND);
const ENCAPSULATIONS = pairs(ENCAPSULATION_WORDS, ENCAP);

/** What the core gives as no number is none. */
export function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

export function readTotals(wasm: CaptureInstance): CaptureTotals {
  const notes = (bit: number): number => wasm.notePackets(indexOf(bit));
  return {
    packets: wasm.totalPackets(),
    bytes: wasm.totalWireBytes(),
    capturedBytes: wasm.totalCapturedBytes(),
    matched: wasm.totalMatched(),
    startEpochUs: orNull(wasm.startEpochUs()),
    durationUs: orNull(wasm.durationUs()),
    outOfOrder: wasm.totalDisordered(),
    kinds: countsOf(KINDS, (kind) => wasm.kindPackets(kind)),
    encapsulations: countsOf(ENCAPSULATIONS, (bit) => wasm.encapsulationPackets(indexOf(bit))),
    truncatedHeaders: notes(NOTE.TRUNCATED),
    malformed: notes(NOTE.MALFORMED),
    tooDeep: notes(NOTE.TOO_DEEP),
    fragments: notes(NOTE.FIRST_FRAGMENT) + wasm.kindPackets(KIND.FRAGMENT),
    capturedTwice: wasm.capturedTwicePackets(),
  };
}

/** Names of ENCAP_ bits. */
export function encapsulationNames(bits: number): Encapsulation[] {
  return ENCAPSULATIONS.filter(([, bit]) => bits & bit).map(([word]) => word);
}

function countsOf<Word extends string>(
  words: ReadonlyArray<readonly [Word, number]>,
  count: (value: number) => number,
): Record<Word, number> {
  return Object.fromEntries(words.map(([word, value]) => [word, count(value)])) as Record<Word, number>;
}

function pairs<Name extends string, Word>(
  words: Readonly<Record<Name, Word>>,
  numbers: Readonly<Record<Name, number>>,
): ReadonlyArray<readonly [Word, number]> {
  return (Object.keys(words) as Name[]).map((name) => [words[name], numbers[name]] as const);
}

function indexOf(bit: number): number {
  return 31 - Math.clz32(bit);
}
