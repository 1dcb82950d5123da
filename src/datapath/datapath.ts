import { checkPrimitives, ERROR, EXTRA_PRIMITIVES, type ExtraPrimitive, MooringError } from '../base/index.js';
import { engineRefused, instantiateDatapath, linkPrograms, wasmTrap, writeInput } from '../core/index.js';
import { LIBCCP } from '../generated/codes.js';
import { PRIMITIVES } from '../generated/isa.js';
import { BYTES, LIMIT } from '../generated/wire.js';
import { encodeMessage, type FlowInfo, messageLength } from '../wire/index.js';
import { FlowHandle, type FlowOwner, writePrimitives } from './flow.js';
import type { DatapathOptions, Engine, Invocation, Primitives, TraceStep } from './types.js';

const ADVICE =
  'this Datapath and its flows are dropped. Keep fewer flows in one Datapath (each has a memory of its own), and give it a smaller maxFlows or maxPrograms.';

/**
 * The datapath side of CCP over bytes, what libccp is to a sender: it keeps flows and the programs
 * an agent installs, runs a flow's program on every ACK and gives the messages to send. It opens no
 * socket and reads no clock: bytes and times come in as arguments. Return codes are libccp's.
 *
 * @example
 * ```ts
 * const datapath = new Datapath({ id: 7 });
 * console.log(datapath.ready()); // READY, to be sent to the agent
 * const { sockId, message } = datapath.startFlow(
 *   { initCwnd: 14480, mss: 1448, srcIp: 1, srcPort: 5001, dstIp: 2, dstPort: 80, congAlg: 'reno' },
 *   0,
 * );
 * // Send `message` (CREATE), give the agent's answers to handle, and on every ACK:
 * const { code, cwndBytes, messages } = datapath.invoke(sockId, { bytesAcked: 1448, rttSampleUs: 40_000 }, 10_000);
 * ```
 */
export class Datapath {
  /** Undefined once its instance has stopped, so that its memory is free. */
  #owned: FlowOwner | undefined;
  #trap: unknown;
  readonly #handles = new Map<number, FlowHandle>();
  #engine: Engine;
  #engineWarning: MooringError | undefined;
  /** Primitives that have no field of `Primitives`, by name. */
  readonly #own: ReadonlyMap<string, ExtraPrimitive>;

  /**
   * Throws MOORING_ERR_BAD_ARGUMENT for an option outside its range, MOORING_ERR_WASM_UNAVAILABLE, and
   * MOORING_ERR_WASM_TRAP where memory is exhausted; so do the methods that take memory, and from then on
   * every other.
   */
  constructor(options: DatapathOptions = {}) {
    const id = whole('id', options.id ?? 0, 0, 0xffff_ffff);
    const maxFlows = whole('maxFlows', options.maxFlows ?? 1024, 1, 1_000_000);
    const maxPrograms = whole('maxPrograms', options.maxPrograms ?? 10, 1, 0xffff);
    const fallbackUs = whole('fallbackUs', options.fallbackUs ?? LIMIT.DEFAULT_FALLBACK_US, 0, Number.MAX_SAFE_INTEGER);
    const nowUs = time(options.nowUs ?? 0);
    this.#engine = engine(options.engine ?? 'jit');
    const primitives = checkPrimitives(options.primitives ?? []);
    this.#own = new Map(primitives.filter((one) => !hasField(one)).map((one) => [one.name, one]));
    const owner: FlowOwner = { wasm: instantiateDatapath(), datapath: 0, epoch: 0 };
    this.#owned = owner;
    this.#guarded(() => {
      owner.datapath = owner.wasm.vmCreate(id, maxFlows, maxPrograms, fallbackUs, nowUs);
      owner.wasm.vmOffer(owner.datapath, primitives.reduce((bits, { index }) => bits | (1 << index), 0) >>> 0);
    });
  }

  /** What runs the programs: the engine asked for, or the interpreter where compiling was refused. */
  get engine(): Engine {
    return this.#engine;
  }

  /** Why the engine is not the one asked for (MOORING_ERR_WASM_UNAVAILABLE); undefined where it is. */
  get engineWarning(): MooringError | undefined {
    return this.#engineWarning;
  }

  /**
   * What the program of the last INSTALL reads and this datapath has not, where that is why it was refused: names of
   * `EXTRA_PRIMITIVES`, or `primitive 27` for a number that has none. Empty otherwise.
   */
  get missingPrimitives(): readonly string[] {
    const bits = this.#owner.wasm.vmMissing(this.#owner.datapath) >>> 0;
    const numbers = Array.from({ length: 32 }, (_, index) => index).filter((index) => (bits >>> index) & 1);
    return numbers.map((index) => EXTRA_PRIMITIVES.find((one) => one.index === index)?.name ?? `primitive ${index}`);
  }

  /** READY: the first message an agent should get. */
  ready(): Uint8Array<ArrayBuffer> {
    const { wasm, datapath } = this.#owner;
    wasm.vmOutboxClear(datapath);
    wasm.vmReady(datapath);
    return this.#takeOne();
  }

  /**
   * A new flow and the CREATE that announces it. Its number, `sockId`, is the lowest that is free. Throws
   * MOORING_ERR_DATAPATH_FULL beyond maxFlows, MOORING_ERR_BAD_ARGUMENT for a field out of range.
   */
  startFlow(info: FlowInfo, nowUs: number): { readonly sockId: number; readonly message: Uint8Array<ArrayBuffer> } {
    const owner = this.#owner;
    const { wasm, datapath } = owner;
    const now = time(nowUs);
    const body = encodeMessage({ type: 'create', sid: 0, ...info }).subarray(BYTES.HEADER);
    const sockId = this.#guarded(() => {
      writeInput(wasm, body);
      wasm.vmOutboxClear(datapath);
      return wasm.vmStartFlow(datapath, now);
    });
    owner.epoch += 1;
    if (sockId === 0) {
      throw new MooringError(
        ERROR.MOORING_ERR_DATAPATH_FULL,
        'No flow is free: end one, or give the Datapath a larger maxFlows.',
      );
    }
    return { sockId, message: this.#takeOne() };
  }

  /**
   * Takes the agent's messages, one or several in a row. They take effect at a flow's next
   * invocation. Returns 0, or the libccp code of the first message that was refused; the others
   * are still handled.
   */
  handle(bytes: Uint8Array, nowUs: number): number {
    time(nowUs);
    const owner = this.#owner;
    const code = this.#guarded(() => {
      writeInput(owner.wasm, bytes);
      const handled = owner.wasm.vmHandle(owner.datapath);
      if (this.#engine === 'jit') this.#link();
      return handled;
    });
    owner.epoch += 1;
    return code;
  }

  /**
   * Runs a flow's program on one ACK. Throws MOORING_ERR_BAD_ARGUMENT for a primitive that is NaN,
   * negative, fractional or too large, naming it in `detail.argument`; then nothing has changed.
   * For a flow there is not, the code is −12. `flow` does the same without making objects.
   */
  invoke(sockId: number, primitives: Primitives, nowUs: number): Invocation {
    const now = time(nowUs);
    const flow = this.#handle(sockId);
    if (!flow) return { code: LIBCCP.NULL_ARG, messages: [] };
    writePrimitives(flow.words, primitives, this.#own);
    return this.#read(flow, flow.invoke(now));
  }

  /**
   * As `invoke`, with every instruction that ran, its operands and its result. The interpreter runs
   * it, whichever the engine is: what it leaves behind is the same.
   */
  trace(sockId: number, primitives: Primitives, nowUs: number): Invocation & { readonly steps: readonly TraceStep[] } {
    const now = time(nowUs);
    const flow = this.#handle(sockId);
    if (!flow) return { code: LIBCCP.NULL_ARG, messages: [], steps: [] };
    writePrimitives(flow.words, primitives, this.#own);
    const { code, steps } = this.#guarded(() => flow.trace(now));
    return { ...this.#read(flow, code), steps };
  }

  /** The flow's fast path. Throws MOORING_ERR_BAD_ARGUMENT for a flow there is not. */
  flow(sockId: number): FlowHandle {
    const flow = this.#handle(sockId);
    if (!flow) throw noFlow(sockId);
    return flow;
  }

  /**
   * What the last invocation left for the agent, split and copied. The next invocation, of any flow,
   * and `ready`, `startFlow` and `endFlow` replace it.
   */
  outbox(): Uint8Array<ArrayBuffer>[] {
    const { wasm, datapath } = this.#owner;
    const at = wasm.vmOutboxPointer(datapath) >>> 0;
    const all = new Uint8Array(wasm.memory.buffer, at, wasm.vmOutboxLength(datapath));
    const messages: Uint8Array<ArrayBuffer>[] = [];
    for (let offset = 0; offset < all.length; ) {
      const length = messageLength(all, offset);
      messages.push(all.slice(offset, offset + length));
      offset += length;
    }
    return messages;
  }

  /**
   * Ends a flow and gives its close, to be sent to the agent. Throws MOORING_ERR_BAD_ARGUMENT for a flow
   * there is not.
   */
  endFlow(sockId: number, nowUs: number): { readonly message: Uint8Array<ArrayBuffer> } {
    time(nowUs);
    const { wasm, datapath } = this.#owner;
    wasm.vmOutboxClear(datapath);
    if (wasm.vmEndFlow(datapath, sockId) !== 0) throw noFlow(sockId);
    this.#handles.get(sockId)?.end();
    this.#handles.delete(sockId);
    this.#owner.epoch += 1;
    return { message: this.#takeOne() };
  }

  /**
   * Tells that a message of this Datapath could not be sent. A CREATE is tried again after 100 ms; and
   * unless the agent is heard of within `fallbackUs`, invocations give −101 and change nothing.
   */
  sendFailed(message: Uint8Array, nowUs: number): void {
    const { wasm, datapath } = this.#owner;
    const now = time(nowUs);
    if (message.length < BYTES.READY) return;
    this.#guarded(() => {
      writeInput(wasm, message);
      wasm.vmSendFailed(datapath, now);
    });
  }

  /** Whether flows are in fallback: the agent is silent, the sender is on its own. */
  isInFallback(nowUs: number): boolean {
    return this.#owner.wasm.vmInFallback(this.#owner.datapath, time(nowUs)) !== 0;
  }

  get #owner(): FlowOwner {
    if (this.#owned) return this.#owned;
    throw this.#trap;
  }

  /** What may take memory. An invocation never does, and goes without. */
  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      const error = wasmTrap(cause, this.#owner.wasm.memory.buffer.byteLength, ADVICE);
      if (error === cause) throw cause;
      this.#trap = error;
      this.#owned = undefined;
      for (const flow of this.#handles.values()) flow.end();
      this.#handles.clear();
      throw error;
    }
  }

  #read({ cwndBytes, rateBytesPerSecond, hasMessage }: FlowHandle, code: number): Invocation {
    return {
      code,
      ...(cwndBytes === undefined ? {} : { cwndBytes }),
      ...(rateBytesPerSecond === undefined ? {} : { rateBytesPerSecond }),
      messages: hasMessage ? this.outbox() : [],
    };
  }

  #link(): void {
    const refused = linkPrograms(this.#owner.wasm);
    if (refused === undefined) return;
    this.#engine = 'interpreter';
    this.#engineWarning = engineRefused(refused);
  }

  #handle(sockId: number): FlowHandle | undefined {
    const known = this.#handles.get(sockId);
    if (known) return known;
    if (this.#owner.wasm.vmFlow(this.#owner.datapath, sockId) === 0) return undefined;
    const flow = new FlowHandle(this.#owner, sockId);
    this.#handles.set(sockId, flow);
    return flow;
  }

  #takeOne(): Uint8Array<ArrayBuffer> {
    return this.outbox()[0]!;
  }
}

/** Whether `Primitives` has a field for it. */
function hasField({ name, index }: ExtraPrimitive): boolean {
  return PRIMITIVES.some((row) => row.name === name && row.index === index);
}

function noFlow(sockId: number): MooringError {
  return badArgument('sockId', `there is no flow ${sockId}`);
}

function engine(name: Engine): Engine {
  if (name === 'jit' || name === 'interpreter') return name;
  throw badArgument('engine', `engine is ${String(name)}, not 'jit' or 'interpreter'`);
}

function time(nowUs: number): number {
  return Math.floor(within('nowUs', nowUs, 0, Number.MAX_SAFE_INTEGER));
}

function whole(argument: string, value: number, least: number, most: number): number {
  if (Number.isInteger(within(argument, value, least, most))) return value;
  throw badArgument(argument, `${argument} is ${value}, not a whole number`);
}

function within(argument: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw badArgument(argument, `${argument} is ${value}, not in ${least} … ${most}`);
}

function badArgument(argument: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument });
}
