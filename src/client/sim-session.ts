import type { AlgorithmObject } from '../algorithms/index.js';
import { ERROR, MooringError } from '../base/index.js';
import { compile, type Diagnostic } from '../program/index.js';
import {
  type Change,
  createSimulation,
  describeScenario,
  type RunNotice,
  type Scenario,
  type Series,
  type Simulation,
  type Summary,
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

/**
 * A simulator behind a thread: the page says how far to simulate, so a run can be paused, slowed down
 * and changed while it goes on. One run at a time.
 */
export type SimService = {
  /** What the compiler says of a datapath program: its errors or, where it compiles, its warnings. */
  check(program: string): readonly Diagnostic[];
  /**
   * Begins a run. Flows name their algorithm, or a program of `programs`, which then drives them
   * alone: it sets Cwnd and Rate itself and no agent answers its reports.
   */
  begin(scenario: Scenario, programs?: Readonly<Record<string, string>>): SimRun;
  /** Simulates up to `untilUs` and says how things stand. */
  advance(untilUs: number): SimSnapshot;
  change(change: Change): void;
  outcome(): SimOutcome;
};

/**
 * The service a simulator worker offers.
 *
 * @example
 * ```ts
 * const service = createSimService();
 * service.begin({ flows: [{ algorithm: 'cubic' }], duration: '5s' });
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
    begin(scenario, programs = {}) {
      simulation = undefined;
      const flows = scenario.flows.map((flow) => {
        const text = typeof flow.algorithm === 'string' ? programs[flow.algorithm] : undefined;
        if (text === undefined) return flow;
        return { ...flow, name: flow.name ?? String(flow.algorithm), algorithm: programAlone(text) };
      });
      simulation = createSimulation({ ...scenario, flows });
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
    change: (change) => running().change(change),
    outcome() {
      const { summary, failures, notices } = running().result();
      return { summary, notices, failures: failures.map(({ algorithm, message }) => `${algorithm}: ${message}`) };
    },
  };
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
