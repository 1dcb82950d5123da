import { createRng } from '../base/index.js';
import { instantiateDatapath, linkPrograms, writeInput } from '../core/index.js';
import { Datapath, type Engine, PRIMITIVE } from '../datapath/index.js';
import { compileOrThrow, type Program } from '../program/index.js';
import { encodeMessage } from '../wire/index.js';
import { BENCH_PROGRAMS } from './programs.js';
import { type Timing, timeChunks } from './timing.js';

const FLOW = { initCwnd: 14480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };
const PRIMITIVES = 15;
const RECORDS = 1024;
const ACK_US = 10;

/** One program on one engine: ns per invocation inside WebAssembly, and per JavaScript call that writes 15 primitives. */
export interface VmTimings {
  readonly inside: Timing;
  readonly call: Timing;
}

/** Measures one case. In a thread of its own, for a second Datapath would make V8's call to the first a slower one. */
export function timeInvocations(name: string, engine: Engine): VmTimings {
  const { text } = BENCH_PROGRAMS.find((program) => program.name === name)!;
  const program = compileOrThrow(text(1));
  const records = makeRecords();
  return { call: timeCalls(program, engine, records), inside: timeInside(program, engine, records) };
}

/** The case as text for `test/interop/libccp-datapath`: messages in hex, then the ACKs' primitives. */
export function invocationsAsText(name: string): string {
  const { text } = BENCH_PROGRAMS.find((program) => program.name === name)!;
  const messages = messagesFor(compileOrThrow(text(1))).map((bytes) => Buffer.from(bytes).toString('hex'));
  const records = makeRecords();
  const acks = Array.from({ length: RECORDS }, (_, at) =>
    records.subarray(at * PRIMITIVES, (at + 1) * PRIMITIVES).join(' '),
  );
  return [...messages, 'records', ...acks, ''].join('\n');
}

/** ACKs as the low words of their primitives: 1 or 2 segments each, a loss every 200, rtts of 300 to 400 µs. */
function makeRecords(): Uint32Array {
  const rng = createRng(1);
  const records = new Uint32Array(RECORDS * PRIMITIVES);
  for (let at = 0; at < records.length; at += PRIMITIVES) {
    records[at + PRIMITIVE.ACK_BYTES_ACKED] = 1448 * (1 + rng.nextBelow(2));
    records[at + PRIMITIVE.ACK_PACKETS_ACKED] = 1;
    records[at + PRIMITIVE.ACK_LOST_PKTS_SAMPLE] = rng.nextBelow(200) === 0 ? 1 : 0;
    records[at + PRIMITIVE.FLOW_BYTES_IN_FLIGHT] = 100_000 + rng.nextBelow(1000);
    records[at + PRIMITIVE.FLOW_PACKETS_IN_FLIGHT] = 70;
    records[at + PRIMITIVE.FLOW_RATE_INCOMING] = 1_500_000 + rng.nextBelow(10_000);
    records[at + PRIMITIVE.FLOW_RATE_OUTGOING] = 1_500_000 + rng.nextBelow(10_000);
    records[at + PRIMITIVE.FLOW_RTT_SAMPLE_US] = 300 + rng.nextBelow(100);
  }
  return records;
}

function timeInside(program: Program, engine: Engine, records: Uint32Array): Timing {
  const wasm = instantiateDatapath();
  const datapath = wasm.vmCreate(1, 1, 1, 1e6, 0);
  writeInput(wasm, encodeMessage({ type: 'create', sid: 0, ...FLOW }).subarray(8));
  wasm.vmStartFlow(datapath, 0);
  for (const message of messagesFor(program)) {
    writeInput(wasm, message);
    if (wasm.vmHandle(datapath) !== 0) throw new Error('the program was refused');
  }
  if (engine === 'jit') {
    const refused = linkPrograms(wasm);
    if (refused) throw refused;
  }
  const wide = new Uint32Array(2 * records.length);
  for (const [index, low] of records.entries()) wide[2 * index] = low;
  writeInput(wasm, new Uint8Array(wide.buffer));
  const flow = wasm.vmFlow(datapath, 1);
  const rounds = 16;
  let nowUs = 0;
  const chunk = () => {
    for (let round = 0; round < rounds; round += 1) {
      wasm.vmReplay(flow, nowUs, ACK_US);
      nowUs += ACK_US * RECORDS;
    }
  };
  return timeChunks(chunk, rounds * RECORDS, 200, 40);
}

function timeCalls(program: Program, engine: Engine, records: Uint32Array): Timing {
  const datapath = new Datapath({ engine });
  const flow = datapath.flow(datapath.startFlow(FLOW, 0).sockId);
  for (const message of messagesFor(program)) datapath.handle(message, 0);
  if (datapath.engine !== engine) throw datapath.engineWarning;
  const calls = 20_000;
  let nowUs = 0;
  const chunk = () => {
    const { words } = flow;
    for (let call = 0; call < calls; call += 1) {
      const record = (call % RECORDS) * PRIMITIVES;
      writeAck(words, records, record);
      nowUs += ACK_US;
      flow.invoke(nowUs);
    }
  };
  return timeChunks(chunk, calls, 200, 40);
}

/** As a sender does: line by line. A loop over the fifteen costs more than the program it feeds. */
function writeAck(words: Uint32Array, records: Uint32Array, at: number): void {
  words[0] = records[at + 0]!;
  words[2] = records[at + 1]!;
  words[4] = records[at + 2]!;
  words[6] = records[at + 3]!;
  words[8] = records[at + 4]!;
  words[10] = records[at + 5]!;
  words[12] = records[at + 6]!;
  words[14] = records[at + 7]!;
  words[16] = records[at + 8]!;
  words[18] = records[at + 9]!;
  words[20] = records[at + 10]!;
  words[22] = records[at + 11]!;
  words[24] = records[at + 12]!;
  words[26] = records[at + 13]!;
  words[28] = records[at + 14]!;
}

function messagesFor(program: Program): Uint8Array[] {
  const { uid: programUid, events, instructions } = program;
  return [
    encodeMessage({ type: 'install', sid: 0, programUid, events, instructions, rows: program.rows() }),
    encodeMessage({ type: 'changeProg', sid: 1, programUid, updates: [] }),
  ];
}
