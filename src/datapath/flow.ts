import { ERROR, type ExtraPrimitive, MooringError, type U64 } from '../base/index.js';
import { type DatapathInstance, readOutput } from '../core/index.js';
import { LIMIT, PRIMITIVE as NUMBERS, PRIMITIVES } from '../generated/isa.js';
import { type ProgramStop, readStops } from './stops.js';
import { decodeTrace } from './trace.js';
import type { Primitives, TraceStep } from './types.js';

/**
 * The primitives by number, as `FlowHandle.words` has them: `PRIMITIVE.ACK_BYTES_ACKED` is `Ack.bytes_acked`.
 */
export const PRIMITIVE = NUMBERS;

const OUTCOME_CWND = 1;
const OUTCOME_RATE = 2;
const OUTCOME_MESSAGE = 4;

/** Where `sndCwnd` and `sndRate` stand in `FlowHandle.words`, after the primitives. */
const SND_CWND = LIMIT.PRIMITIVE_REGISTERS;
const SND_RATE = SND_CWND + 1;

/** Places of arithmetic errors a flow tells apart (wasm/vm/stops.ts). */
const STOPS = 4;

// A view of 0 words takes writes without effect: what a flow that has ended gets.
const NO_WORDS = new Uint32Array(0);

/** What of its Datapath a flow needs. @internal */
export interface FlowOwner {
  readonly wasm: DatapathInstance;
  datapath: number;
  /** Grows whenever a flow's memory may have moved. */
  epoch: number;
}

/**
 * One flow of a Datapath, for callers that invoke it on every ACK: primitives are written straight
 * into the machine's memory and one call runs the program, without an object made. Got from
 * `Datapath.flow`; once the flow ends, `invoke` gives −12 and writes have no effect.
 *
 * `words` holds the primitives as pairs of u32: the low word of primitive `n` at `2 * n`, the high word at
 * `2 * n + 1`, numbered as in `PRIMITIVE` or in `DatapathOptions.primitives`; after all 32 sndCwnd (`2 * 32`) and sndRate
 * (`2 * 33`). They keep their value from one invocation to the next, except `Ack.now`, which the machine writes, an rtt sample of 0,
 * which becomes infinity, and sndCwnd and sndRate, which become what the program sets.
 *
 * @example
 * ```ts
 * const datapath = new Datapath();
 * const { sockId } = datapath.startFlow(
 *   { initCwnd: 14480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 },
 *   0,
 * );
 * const flow = datapath.flow(sockId);
 * const { words } = flow;
 * words[2 * PRIMITIVE.ACK_BYTES_ACKED] = 1448;
 * words[2 * PRIMITIVE.FLOW_RTT_SAMPLE_US] = 40_000;
 * flow.invoke(10_000); // −96: no program yet
 * flow.cwndBytes; // undefined: not set
 * ```
 */
export class FlowHandle {
  readonly sockId: number;
  readonly #owner: FlowOwner;
  readonly #invoke: DatapathInstance['vmInvoke'];
  /** Where the machine keeps the flow's address; 0 once it has ended. */
  #slot: number;
  #epoch = -1;
  #words: Uint32Array = NO_WORDS;
  #outcome: Uint32Array = NO_WORDS;

  /** @internal */
  constructor(owner: FlowOwner, sockId: number) {
    this.sockId = sockId;
    this.#owner = owner;
    this.#invoke = owner.wasm.vmInvoke;
    this.#slot = owner.wasm.vmSlot(owner.datapath, sockId);
  }

  /**
   * The flow's primitives. Read the property again after any call on the Datapath itself: memory may have
   * moved.
   */
  get words(): Uint32Array {
    if (this.#epoch !== this.#owner.epoch) this.#bind();
    return this.#words;
  }

  /**
   * Runs the flow's program. `nowUs` is the clock, µs, and never goes back. Returns 0 or a negative libccp
   * code.
   */
  invoke(nowUs: number): number {
    return this.#invoke(this.#slot, nowUs);
  }

  /**
   * As `invoke`, on the interpreter, and gives the instructions that ran: for finding out why a program does
   * what it does.
   */
  trace(nowUs: number): { readonly code: number; readonly steps: readonly TraceStep[] } {
    const { wasm } = this.#owner;
    const code = wasm.vmTrace(this.#slot, nowUs);
    // The steps may have taken new memory.
    this.#owner.epoch += 1;
    return { code, steps: this.#slot === 0 ? [] : decodeTrace(readOutput(wasm)) };
  }

  /** The window the last invocation set, bytes; undefined where it set none. */
  get cwndBytes(): number | undefined {
    return this.#did(OUTCOME_CWND) ? this.#outcome[1] : undefined;
  }

  /** The pacing rate the last invocation set, bytes per second; undefined where it set none. */
  get rateBytesPerSecond(): number | undefined {
    return this.#did(OUTCOME_RATE) ? this.#outcome[2] : undefined;
  }

  /** Whether the last invocation left a message for the agent: read `Datapath.outbox` before the next. */
  get hasMessage(): boolean {
    return this.#did(OUTCOME_MESSAGE);
  }

  /**
   * The arithmetic errors of the flow's programs since it began: each ends its program for that ACK, and `invoke` gave
   * its code. Four places are told apart; what others there are count as the fourth. Empty once the flow has ended.
   */
  programStops(): readonly ProgramStop[] {
    const { wasm, datapath } = this.#owner;
    const at = this.#slot === 0 ? 0 : wasm.vmFlow(datapath, this.sockId) >>> 0;
    return at === 0 ? [] : readStops(new DataView(wasm.memory.buffer), at + wasm.VM_STOPS.value, STOPS);
  }

  /** @internal */
  end(): void {
    this.#slot = 0;
    this.#epoch = -1;
  }

  #did(bit: number): boolean {
    if (this.#epoch !== this.#owner.epoch) this.#bind();
    return ((this.#outcome[0] ?? 0) & bit) !== 0;
  }

  #bind(): void {
    const { wasm, datapath, epoch } = this.#owner;
    this.#epoch = epoch;
    const at = this.#slot === 0 ? 0 : wasm.vmFlow(datapath, this.sockId) >>> 0;
    if (at === 0) {
      this.#words = NO_WORDS;
      this.#outcome = NO_WORDS;
      return;
    }
    const { buffer } = wasm.memory;
    this.#words = new Uint32Array(buffer, at + wasm.VM_PRIMITIVES.value, 2 * (SND_RATE + 1));
    this.#outcome = new Uint32Array(buffer, at + wasm.VM_OUTCOME.value, 3);
  }
}

interface PrimitiveField {
  readonly name: Exclude<keyof Primitives, 'extra'>;
  readonly word: number;
  readonly limit: number;
  /** What stands for one that is left out; undefined leaves the word as it is. */
  readonly absent: number | undefined;
}

const FIELDS: readonly PrimitiveField[] = [
  ...PRIMITIVES.flatMap(({ index, field, bits, absent }) =>
    field === null ? [] : [{ name: field, word: 2 * index, limit: 2 ** bits, absent }],
  ),
  { name: 'sndCwnd', word: 2 * SND_CWND, limit: 2 ** 32, absent: undefined },
  { name: 'sndRate', word: 2 * SND_RATE, limit: 2 ** 64, absent: undefined },
];

/**
 * Writes `primitives` as `Primitives` says. Throws MOORING_ERR_BAD_ARGUMENT that names the field, before
 * anything is written.
 */
export function writePrimitives(
  words: Uint32Array,
  primitives: Primitives,
  own: ReadonlyMap<string, ExtraPrimitive>,
): void {
  const { extra = {} } = primitives;
  for (const { name, limit } of FIELDS) check(name, limit, primitives[name]);
  for (const [name, value] of Object.entries(extra)) check(name, own.has(name) ? 2 ** 64 : 0, value);
  for (const { name, word, absent } of FIELDS) {
    const value = primitives[name] ?? absent;
    if (value !== undefined) write(words, word, value);
  }
  for (const { name, index } of own.values()) write(words, 2 * index, extra[name] ?? 0);
}

function write(words: Uint32Array, word: number, value: boolean | U64): void {
  if (typeof value === 'bigint') {
    words[word] = Number(value & 0xffff_ffffn);
    words[word + 1] = Number(value >> 32n);
  } else {
    const number = Number(value);
    words[word] = number;
    words[word + 1] = number / 0x1_0000_0000;
  }
}

function check(name: string, limit: number, value: boolean | U64 | undefined): void {
  if (value === undefined) return;
  const fits =
    typeof value === 'number'
      ? Number.isSafeInteger(value) && value >= 0 && value < limit
      : typeof value === 'bigint'
        ? value >= 0n && value < BigInt(limit)
        : typeof value === 'boolean' && limit === 2;
  if (fits) return;
  if (limit === 0) {
    const message = `extra: the datapath has no primitive ${name}; name it in its option primitives`;
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument: 'extra' });
  }
  const range = limit === 2 ? 'a boolean, 0 or 1' : `a whole number of 0 … ${BigInt(limit) - 1n}`;
  const hint = typeof value === 'number' && value > Number.MAX_SAFE_INTEGER ? ' (a bigint above 2^53 − 1)' : '';
  throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `${name} is ${String(value)}, not ${range}${hint}`, {
    argument: name,
  });
}
