import { existsSync, readFileSync } from 'node:fs';
import { Datapath, type Engine, type Primitives } from '../../src/datapath/index.js';

// Traces of the original libccp (../shared/vectors/vm.jsonl), replayed.

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

export function readVmVectors(): VmVector[] {
  const file = '../shared/vectors/vm.jsonl';
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as VmVector);
}

/** Runs a trace; every step as it was recorded and as it came out here. */
export function replay(vector: VmVector, engine: Engine): Array<{ expected: Step; actual: Step }> {
  let nowUs = 1_000_000;
  let primitives: Primitives = {};
  const datapath = new Datapath({ id: 7, nowUs, engine });
  return vector.trace.map((expected) => {
    if ('init' in expected) return { expected, actual: { init: { ret: 0, sent: sent([datapath.ready()]) } } };
    if ('start' in expected) {
      const { sid, message } = datapath.startFlow(FLOW, nowUs);
      return { expected, actual: { start: { sid, sent: sent([message]) } } };
    }
    if ('recv' in expected) {
      const ret = datapath.handle(Buffer.from(expected.recv, 'hex'), nowUs);
      return { expected, actual: { recv: expected.recv, ret } };
    }
    if ('invoke' in expected) {
      const { code, cwndBytes, rateBps, messages } = datapath.invoke(1, primitives, nowUs);
      const actual = { invoke: { ret: code, cwnd: cwndBytes ?? -1, rate: rateBps ?? -1, sent: sent(messages) } };
      return { expected, actual };
    }
    if ('advanceUs' in expected) nowUs += expected.advanceUs;
    else primitives = Object.fromEntries(PRIMITIVE_ORDER.map((name, index) => [name, BigInt(expected.prims[index]!)]));
    return { expected, actual: expected };
  });

  function sent(messages: readonly Uint8Array[]): Sent {
    return messages.map((message) => Buffer.from(message).toString('hex'));
  }
}
