import type { Algorithm, AlgorithmObject } from '../algorithms/index.js';
import { ERROR, MooringError } from '../base/index.js';
import { compile, type Diagnostic } from '../program/index.js';
import {
  type Change,
  createQlog,
  createSimulation,
  describeScenario,
  type Instant,
  inspectInstant,
  normaliseScenario,
  plainResult,
  QLOG_TAPS,
  type RunNotice,
  type Scenario,
  type Series,
  type Simulation,
  type SimulationResult,
  type Summary,
  type TimedChange,
} from '../sim/index.js';

/** A run that has begun. */
export interface SimRun {
  /** The scenario in words. */
  readonly about: string;
  readonly durationUs: number;
  /** Names of the first flows, by id. */
  readonly flows: readonly string[];
}

/** How a run stands. */
export interface SimSnapshot {
  readonly timeUs: number;
  readonly done: boolean;
  readonly series: Series;
  /** What was told of the run so far. */
  readonly notices: readonly RunNotice[];
}

/** What a run gave, which algorithms failed, and what else was told of it. */
export interface SimOutcome {
  readonly summary: Summary;
  readonly failures: readonly string[];
  readonly notices: readonly RunNotice[];
}

/** What is wrong with a scenario, and where: `flows[0].start`. */
export interface ScenarioFault {
  readonly path: string;
  readonly message: string;
}

/** A page's own algorithms, by the names its scenario has for them. */
export interface OwnAlgorithms {
  /** Datapath programs that drive their flows alone: they set Cwnd and Rate and no agent answers their reports. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Absolute URLs of modules whose default export is an algorithm class; the worker imports them. */
  readonly modules?: Readonly<Record<string, string>>;
}

/**
 * A simulator behind a thread: the page says how far to simulate, so a run can be paused, slowed down
 * and changed while it goes on. One run at a time.
 */
export type SimService = {
  /** What the compiler says of a datapath program: its errors or, where it compiles, its warnings. */
  check(program: string): readonly Diagnostic[];
  /** Faults of a scenario by the paths of their fields; none where it can be run. */
  faults(scenario: Scenario): readonly ScenarioFault[];
  /**
   * Begins a run. Flows name their algorithm: one of the package, or one of `own`. Rejects with
   * MOORING_ERR_SIM_BAD_SCENARIO, and with MOORING_ERR_AGENT_NO_MODULE for a module that does not load.
   */
  begin(scenario: Scenario, own?: OwnAlgorithms): Promise<SimRun>;
  /** Simulates up to `untilUs` and says how things stand. */
  advance(untilUs: number): SimSnapshot;
  /** Simulates for about `budgetMs` of the host's time, at most up to `untilUs`, and says how far it came. */
  advanceFor(budgetMs: number, untilUs?: number): { readonly timeUs: number; readonly done: boolean };
  change(change: Change): void;
  outcome(): SimOutcome;
  /** All that was counted so far, with its series; algorithms are names. */
  result(): SimulationResult;
  /**
   * What stood behind the numbers of a scenario at an instant, run again with the changes that were made: `inspectInstant`.
   * The run that was begun stays as it is.
   */
  instant(
    scenario: Scenario,
    atUs: number,
    flow: number,
    own?: OwnAlgorithms,
    changes?: readonly TimedChange[],
  ): Promise<Instant>;
  /** The events of a scenario's flows as qlog, in parts to be put together. The run that was begun stays as it is. */
  qlog(scenario: Scenario, own?: OwnAlgorithms): Promise<readonly string[]>;
};

/** Parts of a run between which the clock is looked at. */
const STEPS = 1000;
/** Letters of a qlog that are held at most. */
const MOST_QLOG = 1 << 29;

/**
 * The service a simulator worker offers.
 *
 * @example
 * ```ts
 * const service = createSimService();
 * await service.begin({ flows: [{ algorithm: 'cubic' }], duration: '5s' });
 * service.advance(5_000_000).done; // true
 * ```
 */
export function createSimService(): SimService {
  let simulation: Simulation | undefined;
  const running = (): Simulation => {
    if (!simulation) throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, 'no run has begun: call begin first');
    return simulation;
  };
  return {
    check(program) {
      const compiled = compile(program);
      return compiled.ok ? compiled.warnings : compiled.diagnostics;
    },
    faults(scenario) {
      try {
        normaliseScenario(scenario);
        return [];
      } catch (error) {
        const found = error instanceof MooringError ? error.detail['diagnostics'] : undefined;
        if (!Array.isArray(found)) throw error;
        return found.map(({ path, message }: ScenarioFault) => ({ path, message }));
      }
    },
    async begin(scenario, own = {}) {
      simulation = undefined;
      simulation = createSimulation(await withOwn(scenario, own));
      const normalised = simulation.scenario;
      return {
        about: describeScenario(normalised),
        durationUs: normalised.durationUs,
        flows: normalised.flows.flatMap(({ name, count }) => new Array<string>(Math.min(count, 64)).fill(name)),
      };
    },
    advance(untilUs) {
      const now = running();
      now.runUntil(untilUs);
      return { timeUs: now.timeUs, done: now.done, series: now.series(), notices: now.notices };
    },
    advanceFor(budgetMs, untilUs = Number.POSITIVE_INFINITY) {
      const now = running();
      const end = performance.now() + budgetMs;
      const stepUs = now.scenario.durationUs / STEPS;
      while (!now.done && now.timeUs < untilUs && performance.now() < end)
        now.runUntil(Math.min(untilUs, now.timeUs + stepUs));
      return { timeUs: now.timeUs, done: now.done };
    },
    change: (change) => running().change(change),
    outcome() {
      const { summary, failures, notices } = running().result();
      return { summary, notices, failures: failures.map(({ algorithm, message }) => `${algorithm}: ${message}`) };
    },
    result: () => plainResult(running().result()),
    instant: async (scenario, atUs, flow, own = {}, changes = []) =>
      inspectInstant(await withOwn(scenario, own), atUs, flow, changes),
    async qlog(scenario, own = {}) {
      const run = createSimulation(await withOwn(scenario, own), { taps: QLOG_TAPS });
      const log = createQlog(run.scenario);
      const parts = [log.head()];
      const stepUs = run.scenario.durationUs / STEPS;
      let letters = 0;
      while (!run.done) {
        run.runUntil(run.timeUs + stepUs);
        const part = log.events(run.packets(), run.timeUs);
        letters += part.length;
        if (letters > MOST_QLOG)
          throw new MooringError(
            ERROR.MOORING_ERR_BAD_ARGUMENT,
            'this run has more events than a page should hold: mooring sim --qlog FILE writes them as they come',
          );
        parts.push(part);
      }
      return [...parts, log.end()];
    },
  };
}

/** The scenario with the algorithms that its names stand for. */
async function withOwn(scenario: Scenario, own: OwnAlgorithms): Promise<Scenario> {
  const algorithms = await loadOwn(own);
  // What a scenario is, and that it is one, its schema says.
  if (algorithms.size === 0 || !Array.isArray(scenario.flows)) return scenario;
  const flows = scenario.flows.map((flow) => {
    const algorithm = typeof flow.algorithm === 'string' ? algorithms.get(flow.algorithm) : undefined;
    return algorithm ? { ...flow, name: flow.name ?? String(flow.algorithm), algorithm } : flow;
  });
  return { ...scenario, flows };
}

async function loadOwn({ programs = {}, modules = {} }: OwnAlgorithms): Promise<ReadonlyMap<string, Algorithm>> {
  const loaded = Object.entries(modules).map(async ([name, url]) => [name, await importAlgorithm(url)] as const);
  const alone = Object.entries(programs).map(([name, text]) => [name, programAlone(text)] as const);
  return new Map<string, Algorithm>([...alone, ...(await Promise.all(loaded))]);
}

async function importAlgorithm(url: string): Promise<Algorithm> {
  const refuse = (why: string, cause?: unknown) =>
    new MooringError(ERROR.MOORING_ERR_AGENT_NO_MODULE, `${url}: ${why}`, { module: url }, cause);
  let module: { default?: unknown };
  try {
    module = await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
  } catch (cause) {
    throw refuse(
      `the simulator's thread cannot import it (${(cause as Error)?.message}); bundle it to one file, as there is no import map in a worker, and give its absolute URL`,
      cause,
    );
  }
  if (typeof module.default === 'function') return module.default as Algorithm;
  throw refuse('its default export is no algorithm class');
}

/** An algorithm that leaves everything to its datapath program. */
function programAlone(text: string): AlgorithmObject {
  return {
    newFlow: (datapath, { initCwnd }) => ({
      onCreate: () => void datapath.install(text, { fields: { Cwnd: initCwnd } }),
      onReport: () => {},
    }),
  };
}
