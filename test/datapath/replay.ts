import type { Datapath, Primitives } from '../../src/datapath/index.js';

// Traces of the original libccp, replayed. Runs in a page too.

export interface VmVector {
  readonly id: string;
  readonly programs: ReadonlyArray<{ readonly uid: number; readonly source: string }>;
  readonly trace: readonly Step[];
}

type Step =
  | { readonly init: { readonly ret: number; readonly sent: Sent } }
  | { readonly start: { readonly sid: number; readonly sent: Sent } }
  | { readonly recv: string; readonly ret: number }
  | { readonly advanceUs: number }
  | { readonly prims: readonly string[] }
  | { readonly invoke: { readonly ret: number; readonly cwnd: number; readonly rate: number; readonly sent: Sent } };

/** A message in hex, a list of them, or `-` for none. */
type Sent = string | readonly string[];

const PRIMITIVE_ORDER = [
  'bytesAcked',
  'packetsAcked',
  'bytesMisordered',
  'packetsMisordered',
  'ecnBytes',
  'ecnPackets',
  'lostPktsSample',
  'wasTimeout',
  'rttSampleUs',
  'rateOutgoing',
  'rateIncoming',
  'bytesInFlight',
  'packetsInFlight',
  'bytesPending',
] as const;

const FLOW = {
  initCwnd: 14480,
  mss: 1448,
  srcIp: 0x0100007f,
  srcPort: 1000,
  dstIp: 0x0200007f,
  dstPort: 2000,
  congAlg: 'reno',
};

/** The clock at the start of every trace, and the datapath's id. */
export const TRACE_OPTIONS = { id: 7, nowUs: 1_000_000 };

/** Runs a trace on a datapath made with TRACE_OPTIONS; every step as it was recorded and as it came out here. */
export function replay(vector: VmVector, datapath: Datapath): Array<{ expected: Step; actual: Step }> {
  let { nowUs } = TRACE_OPTIONS;
  let primitives: Primitives = {};
  return vector.trace.map((expected) => {
    if ('init' in expected) return { expected, actual: { init: { ret: 0, sent: [toHex(datapath.ready())] } } };
    if ('start' in expected) {
      const { sockId: sid, message } = datapath.startFlow(FLOW, nowUs);
      return { expected, actual: { start: { sid, sent: [toHex(message)] } } };
    }
    if ('recv' in expected) {
      return { expected, actual: { recv: expected.recv, ret: datapath.handle(fromHex(expected.recv), nowUs) } };
    }
    if ('invoke' in expected) {
      const { code, cwndBytes, rateBytesPerSecond, messages } = datapath.invoke(1, primitives, nowUs);
      const actual = {
        invoke: { ret: code, cwnd: cwndBytes ?? -1, rate: rateBytesPerSecond ?? -1, sent: messages.map(toHex) },
      };
      return { expected, actual };
    }
    if ('advanceUs' in expected) nowUs += expected.advanceUs;
    else primitives = Object.fromEntries(PRIMITIVE_ORDER.map((name, index) => [name, BigInt(expected.prims[index]!)]));
    return { expected, actual: expected };
  });
}

/** A step as text, with `sent` as a list, however the trace writes it. */
export function asLists(step: object): string {
  return JSON.stringify(step).replace(/"sent":"([^"]*)"/, (_, hex) => `"sent":${hex === '-' ? '[]' : `["${hex}"]`}`);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
