import {
  engineRefused,
  instantiateSim,
  linkPrograms,
  readOutput,
  type SimInstance,
  wasmTrap,
  writeInput,
} from '../core/index.js';
import { STOP } from '../generated/sim.js';
import type { Program } from '../program/index.js';
import { type Built, buildScenario } from './build.js';
import { collectResult, collectSeries, type EngineResult, limitOf } from './collect.js';
import type { NormalisedScenario } from './normalised-scenario.js';
import { collectStops } from './program-stops.js';
import type { FlowLimit, ProgramStops, RunNotice, Series } from './result.js';
import { type Tap, tapNumber } from './tap.js';

const ADVICE =
  'this simulation is over. Simulate fewer flows, smaller queues or a shorter time, or record coarser series.';

// The typed door to the simulator in sim.wasm: builds a scenario there, runs it, calls the agent
// once per message, lets parameters change on the way, and collects what was counted.

/** The far end of the simulated datapath: what an agent answers to a message. Asked at the instant the message reaches it; `bytes` are the engine's and good until it has answered. */
export interface AgentPort {
  handle(bytes: Uint8Array<ArrayBuffer>, nowUs: number): readonly Uint8Array[];
  /** When it wants to be woken, µs; Infinity where it does not. Asked after each call. */
  readonly wakeUs?: number;
  /** Called at that instant: what it sends of its own accord. */
  wake?(nowUs: number): readonly Uint8Array[];
}

/** Hears of a notice at the instant of the run it is about, once. */
export type NoticeListener = (notice: RunNotice) => void;

/** What may change while a simulation runs. Links are counted from 0. */
export type Change =
  /** bytes/s; 0 sends nothing. */
  | { readonly kind: 'linkRate'; readonly link: number; readonly rateBytesPerSecond: number }
  /** One way; packets keep their order. */
  | { readonly kind: 'linkDelay'; readonly link: number; readonly delayUs: number }
  /** Limits of 0 are none; what waits already stays. */
  | { readonly kind: 'queueLimit'; readonly link: number; readonly packets: number; readonly bytes: number }
  /** Down: nothing is sent, what arrives waits. */
  | { readonly kind: 'linkDown'; readonly link: number; readonly down: boolean }
  /** Bernoulli, 0 … 1, in place of the loss the link had. */
  | { readonly kind: 'loss'; readonly link: number; readonly probability: number };

/**
 * One run of a scenario in a WebAssembly instance of its own. The same scenario and seed give the
 * same result whatever the steps `run` is called in.
 *
 * @example
 * ```ts
 * const engine = new SimEngine(normaliseScenario({ rate: '12Mbit', flows: [{ algorithm: 'builtin:cubic' }] }));
 * while (!engine.done) engine.run(engine.nowUs + 1e6);
 * console.log(engine.result().summary.goodputBytesPerSecond);
 * ```
 */
export class SimEngine {
  readonly scenario: NormalisedScenario;
  readonly #sim: SimInstance;
  readonly #built: Built;
  readonly #agent: AgentPort | null;
  readonly #onNotice: NoticeListener;
  #engine: 'jit' | 'interpreter';
  /** The next time it wakes the agent. */
  #wakeUs = Number.POSITIVE_INFINITY;
  /** Why its instance stopped; then nothing more can be asked of it. */
  #trap: unknown;

  /** `agent` answers for all flows that have a CCP algorithm; needed where there are such. */
  constructor(scenario: NormalisedScenario, agent: AgentPort | null = null, onNotice: NoticeListener = () => {}) {
    this.scenario = scenario;
    this.#agent = agent;
    this.#onNotice = onNotice;
    this.#engine = scenario.engine;
    this.#sim = instantiateSim();
    try {
      this.#built = buildScenario(this.#sim, scenario);
    } catch (cause) {
      throw this.#trapped(cause);
    }
  }

  get nowUs(): number {
    return this.#sim.simNowUs();
  }

  /** Packets, timers and messages handled so far. */
  get events(): number {
    return this.#sim.simEvents();
  }

  get done(): boolean {
    return this.nowUs >= this.scenario.durationUs;
  }

  /** Whether the seed has decided anything so far. */
  get seedUsed(): boolean {
    return Boolean(this.#sim.simSeedUsed());
  }

  /** How datapath programs run: the interpreter also where compiling is refused. */
  get engine(): 'jit' | 'interpreter' {
    return this.#engine;
  }

  /** Memory the run takes, in bytes. */
  get memoryBytes(): number {
    return this.#sim.memory.buffer.byteLength;
  }

  /** Runs to `untilUs`, at most to the scenario's end; a time that has passed does nothing. */
  run(untilUs: number): void {
    if (this.#trap) throw this.#trap;
    const target = Math.min(untilUs, this.scenario.durationUs);
    if (!(target > this.nowUs)) return;
    try {
      let stop = this.#sim.simRun(target);
      while (stop !== STOP.TIME) {
        if (stop === STOP.MESSAGE) this.#answer();
        else if (stop === STOP.WAKE) this.#wake();
        else if (this.#engine === 'jit') this.#link();
        stop = this.#sim.simContinue();
      }
    } catch (cause) {
      throw this.#trapped(cause);
    }
  }

  /** Changes a link from now on. */
  change(change: Change): void {
    const sim = this.#sim;
    if (change.kind === 'linkRate') sim.simSetLinkRate(change.link, change.rateBytesPerSecond);
    else if (change.kind === 'linkDown') sim.simSetLinkDown(change.link, change.down);
    else if (change.kind === 'linkDelay') sim.simSetLinkDelay(change.link, change.delayUs);
    else if (change.kind === 'queueLimit') sim.simSetQueueLimit(change.link, change.packets, change.bytes);
    else sim.simSetLinkLoss(change.link, change.probability);
  }

  /** What was counted so far; the whole result when `done`. */
  result(): EngineResult {
    return collectResult(this.#sim, this.scenario, this.#built);
  }

  /** What keeps the sender of a flow from sending now. */
  limitOf(flow: number): FlowLimit {
    return limitOf(this.#sim, flow);
  }

  /** From now on packets that pass these points, or what senders decide, are recorded, until `packets` takes them. */
  tap(taps: readonly Tap[]): void {
    for (const tap of taps) this.#sim.simTap(tapNumber(tap, this.scenario.links.length));
  }

  /** What was recorded since the last call (tap.ts), in the order it was. */
  packets(): Uint8Array {
    this.#sim.simPackets();
    return readOutput(this.#sim);
  }

  /** From now on the last run of this flow's program is kept, for `traced`. */
  trace(flow: number): void {
    this.#sim.simTrace(flow);
  }

  /** That run (instant.ts); no bytes where there was none. */
  traced(): Uint8Array<ArrayBuffer> {
    this.#sim.simTraced();
    return readOutput(this.#sim);
  }

  /** How many flows there are so far, begun or not. */
  get flowCount(): number {
    return this.#sim.simFlowCount();
  }

  /** Arithmetic errors of datapath programs so far; `programOf` gives the text behind a uid. */
  programStops(programOf: (uid: number) => Program | undefined): ProgramStops[] {
    return collectStops(this.#sim, programOf);
  }

  /** The columns so far. */
  series(): Series {
    return collectSeries(this.#sim, this.scenario, this.#built);
  }

  #trapped(cause: unknown): unknown {
    const error = wasmTrap(cause, this.memoryBytes, ADVICE);
    if (error !== cause) this.#trap = error;
    return error;
  }

  /** Where compiling is refused the interpreter runs the programs, with the same results. */
  #link(): void {
    const refused = linkPrograms(this.#sim);
    if (refused === undefined) return;
    this.#engine = 'interpreter';
    const { code, message } = engineRefused(refused);
    this.#onNotice({ code, message });
  }

  #answer(): void {
    if (!this.#agent) return;
    const at = this.#sim.simMessagePointer() >>> 0;
    const bytes = new Uint8Array(this.#sim.memory.buffer, at, this.#sim.simMessageLength());
    this.#send(this.#agent.handle(bytes, this.nowUs));
  }

  #wake(): void {
    // The engine counts whole ns; what is due between two of them is due now.
    const dueUs = this.#wakeUs < this.nowUs + 0.001 ? this.#wakeUs : 0;
    if (dueUs > 0) this.#wakeUs = Number.POSITIVE_INFINITY;
    this.#send(this.#agent?.wake?.(Math.max(this.nowUs, dueUs)) ?? []);
  }

  #send(answers: readonly Uint8Array[]): void {
    for (const answer of answers) {
      writeInput(this.#sim, answer);
      this.#sim.simAnswer();
    }
    const wakeUs = this.#agent?.wakeUs ?? Number.POSITIVE_INFINITY;
    // A wake that is no longer wanted finds nothing due.
    if (wakeUs >= this.#wakeUs || wakeUs >= this.scenario.durationUs) return;
    this.#wakeUs = wakeUs;
    this.#sim.simWakeAt(wakeUs);
  }
}
