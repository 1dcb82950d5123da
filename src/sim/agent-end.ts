import { Agent, type AgentEvent, type AgentOutputs } from '../agent/index.js';
import { ALGORITHMS, type Algorithm, type AlgorithmName } from '../algorithms/index.js';
import type { Program } from '../program/index.js';
import { decodeMessage, decodeMessages, type MeasureMessage, type Message } from '../wire/index.js';
import { algorithmKey } from './build.js';
import type { AgentPort } from './engine.js';
import type { NormalisedScenario } from './normalised-scenario.js';
import { FlowNotes } from './notes.js';
import type { AlgorithmFailure } from './result.js';

/** The name agent and datapath know the one link between them by. */
const DATAPATH = 'sim';
const PROGRAM_SLOTS = 255;
const MAX_FAILURES = 100;

/** A report that was handed to an algorithm, and what came of it. */
export interface Exchange {
  readonly flow: number;
  readonly timeUs: number;
  readonly report: MeasureMessage;
  readonly answers: readonly Message[];
  readonly notes: readonly { readonly name: string; readonly value: number }[];
  readonly failure: string | null;
}

/** The agent end of the simulated IPC: runs the scenario's algorithms, and keeps what they failed at and noted. */
export class AgentEnd implements AgentPort {
  readonly notes: FlowNotes;
  readonly #agent: Agent;
  readonly #names: ReadonlyMap<string, string>;
  readonly #failures = new Map<string, AlgorithmFailure>();
  /** The flow of each number a datapath gives, which it gives again to another. */
  readonly #flows = new Map<number, number>();

  readonly #onExchange: ((exchange: Exchange) => void) | undefined;

  private constructor(
    scenario: NormalisedScenario,
    algorithms: Record<string, Algorithm>,
    onExchange: ((exchange: Exchange) => void) | undefined,
  ) {
    this.#onExchange = onExchange;
    this.#names = new Map(scenario.flows.map((group, index) => [algorithmKey(group, index), group.name]));
    this.notes = new FlowNotes(scenario);
    // The simulated datapath has room for all the programs the scenario's algorithms may bring, takes them at once,
    // and no message to it is lost.
    this.#agent = new Agent({
      algorithms,
      readyDelayUs: 0,
      silentUs: Number.POSITIVE_INFINITY,
      programSlots: PROGRAM_SLOTS,
    });
  }

  /**
   * Null where no flow needs an agent. `onExchange` hears of each report. Throws what an algorithm's declared programs
   * throw.
   */
  static of(scenario: NormalisedScenario, onExchange?: (exchange: Exchange) => void): AgentEnd | null {
    const algorithms: Record<string, Algorithm> = {};
    for (const [index, group] of scenario.flows.entries()) {
      if (group.algorithm.kind === 'builtin') continue;
      const { algorithm } = group.algorithm;
      algorithms[algorithmKey(group, index)] =
        typeof algorithm === 'string' ? ALGORITHMS[algorithm as AlgorithmName] : algorithm;
    }
    return Object.keys(algorithms).length === 0 ? null : new AgentEnd(scenario, algorithms, onExchange);
  }

  get failures(): readonly AlgorithmFailure[] {
    return [...this.#failures.values()];
  }

  program(uid: number): Program | undefined {
    return this.#agent.program(uid);
  }

  get wakeUs(): number {
    return this.#agent.nextWakeupUs();
  }

  handle(bytes: Uint8Array, nowUs: number): Uint8Array[] {
    const decoded = decodeMessage(bytes);
    // The engine writes a flow's number into the source port.
    if (decoded.ok && decoded.message.type === 'create') this.#flows.set(decoded.message.sid, decoded.message.srcPort);
    const outputs = this.#agent.handle(bytes, DATAPATH, nowUs);
    if (this.#onExchange && decoded.ok && decoded.message.type === 'measure')
      this.#tell(decoded.message, outputs, nowUs, this.#onExchange);
    return this.#take(outputs, nowUs);
  }

  wake(nowUs: number): Uint8Array[] {
    return this.#take(this.#agent.tick(nowUs), nowUs);
  }

  #tell(
    report: MeasureMessage,
    { messages, events }: AgentOutputs,
    timeUs: number,
    listener: (exchange: Exchange) => void,
  ): void {
    // Of program 0 it says that the flow has ended.
    if (report.programUid === 0) return;
    listener({
      flow: this.#flows.get(report.sid) ?? -1,
      timeUs,
      report,
      answers: messages.flatMap(({ bytes }) =>
        [...decodeMessages(bytes)].flatMap((one) => (one.ok ? [one.message] : [])),
      ),
      notes: events.flatMap((event) => (event.kind === 'noted' ? [{ name: event.name, value: event.value }] : [])),
      failure: events.find((event) => event.kind === 'algorithmFailed')?.message ?? null,
    });
  }

  #take({ messages, events }: AgentOutputs, nowUs: number): Uint8Array[] {
    for (const event of events) this.#note(event, nowUs);
    return messages.map(({ bytes }) => bytes);
  }

  /** Keeps one failure of a kind for each algorithm, and how often it came. */
  #note(event: AgentEvent, timeUs: number): void {
    if (event.kind === 'noted') {
      this.notes.put(this.#flows.get(event.sockId) ?? -1, event.name, timeUs, event.value);
      return;
    }
    if (event.kind !== 'algorithmFailed') return;
    const { phase, code, message, place, excerpt } = event;
    const algorithm = this.#names.get(event.algorithm) ?? event.algorithm;
    const key = `${algorithm} ${phase} ${code} ${message} ${place}`;
    const known = this.#failures.get(key);
    if (known) this.#failures.set(key, { ...known, times: known.times + 1 });
    else if (this.#failures.size < MAX_FAILURES) {
      const flow = this.#flows.get(event.sockId) ?? -1;
      const where = { ...(place === undefined ? {} : { place }), ...(excerpt === undefined ? {} : { excerpt }) };
      this.#failures.set(key, { algorithm, phase, code, message, times: 1, flow, timeUs, ...where });
    }
  }
}
