import type { CaptureInstance } from '../core/index.js';
import { ENCAP, KIND, NOTE } from '../generated/capture.js';
import type { CaptureTotals, Encapsulation, PacketKind } from './types.js';

const KIND_NAMES: ReadonlyArray<readonly [PacketKind, number]> = [
  ['tcp', KIND.TCP],
  ['udp', KIND.UDP],
  ['icmp', KIND.ICMP],
  ['icmp6', KIND.ICMP6],
  ['arp', KIND.ARP],
  ['ip', KIND.IP],
  ['fragment', KIND.FRAGMENT],
  ['broken', KIND.BROKEN],
  ['other', KIND.OTHER],
];

const ENCAPSULATION_NAMES: ReadonlyArray<readonly [Encapsulation, number]> = [
  ['vlan', ENCAP.VLAN],
  ['mpls', ENCAP.MPLS],
  ['pseudowire', ENCAP.PSEUDOWIRE],
  ['vxlan', ENCAP.VXLAN],
  ['gre', ENCAP.GRE],
  ['ipip', ENCAP.IPIP],
  ['pppoe', ENCAP.PPPOE],
  ['geneve', ENCAP.GENEVE],
];

export function readTotals(wasm: CaptureInstance): CaptureTotals {
  const notes = (bit: number): number => wasm.notePackets(31 - Math.clz32(bit));
  return {
    packets: wasm.totalPackets(),
    bytes: wasm.totalWireBytes(),
    capturedBytes: wasm.totalCapturedBytes(),
    matched: wasm.totalMatched(),
    startEpochUs: wasm.startEpochUs(),
    durationUs: wasm.durationUs(),
    outOfOrder: wasm.totalDisordered(),
    kinds: Object.fromEntries(KIND_NAMES.map(([name, kind]) => [name, wasm.kindPackets(kind)])) as Record<
      PacketKind,
      number
    >,
    encapsulations: Object.fromEntries(
      ENCAPSULATION_NAMES.map(([name, bit]) => [name, wasm.encapsulationPackets(31 - Math.clz32(bit))]),
    ) as Record<Encapsulation, number>,
    truncatedHeaders: notes(NOTE.TRUNCATED),
    malformed: notes(NOTE.MALFORMED),
    tooDeep: notes(NOTE.TOO_DEEP),
    fragments: notes(NOTE.FIRST_FRAGMENT) + wasm.kindPackets(KIND.FRAGMENT),
  };
}

/** Names of ENCAP_ bits. */
export function encapsulationNames(bits: number): Encapsulation[] {
  return ENCAPSULATION_NAMES.filter(([, bit]) => bits & bit).map(([name]) => name);
}
