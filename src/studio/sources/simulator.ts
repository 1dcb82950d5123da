import * as v from 'valibot';
import type { OwnAlgorithms, ScenarioFault } from '../../client/index.js';
import { fromSimulation, type Origin, type Run, readColumnRun, runOfColumns } from '../../run/index.js';
import type { Change, Instant, Scenario, TimedChange } from '../../sim/index.js';
import { spawnSim } from '../../web/index.js';
import { readInstant } from '../inspect/received.js';
import { openSandbox } from '../sandbox/open.js';
import type { Code } from '../sandbox/protocol.js';

// Who simulates: a worker of the page, for what the package has and for datapath programs; a sandbox, for code. Both are asked
// the same.

/** How a run stands. */
export interface Progress {
  readonly timeUs: number;
  readonly done: boolean;
  readonly run: Run;
  /** What the code wrote to the console since the last. */
  readonly said: readonly string[];
  /** What algorithms failed at, with `file:line:column` where it is known. */
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly algorithm: string;
  readonly message: string;
  readonly place: string | null;
}

export interface Simulator {
  begin(scenario: Scenario, code: Code): Promise<{ readonly durationUs: number }>;
  /** Goes on for so long of the host's time, at most to `untilUs`. */
  advance(budgetMs: number, untilUs: number, origin: Origin): Promise<Progress>;
  change(change: Change): Promise<void>;
  instant(
    scenario: Scenario,
    code: Code,
    atUs: number,
    flow: number,
    changes: readonly TimedChange[],
  ): Promise<Instant>;
  /** The events of its flows as qlog, in parts. */
  qlog(scenario: Scenario, code: Code): Promise<readonly string[]>;
  readonly isOpen: boolean;
  close(): void;
}

/** Of the page itself: it also says what is wrong with a scenario, while that is written. */
export interface PageSimulator extends Simulator {
  faults(scenario: Scenario): Promise<readonly ScenarioFault[]>;
}

/** It is there before it is asked for, so that nobody waits for it to load. */
export function pageSimulator(): PageSimulator {
  const { simulator, close } = spawnSim(new URL('workers/sim.js', document.baseURI));
  let isOpen = true;
  const programs = (code: Code): OwnAlgorithms => ({ programs: code.programs });
  return {
    get isOpen() {
      return isOpen;
    },
    begin: (scenario, code) => simulator.begin(scenario, programs(code)),
    async advance(budgetMs, untilUs, origin) {
      const how = await simulator.advanceFor(budgetMs, untilUs);
      const result = await simulator.result();
      return { ...how, run: fromSimulation(result, origin), said: [], failures: [] };
    },
    faults: (scenario) => simulator.faults(scenario),
    change: (change) => simulator.change(change),
    instant: (scenario, code, atUs, flow, changes) => simulator.instant(scenario, atUs, flow, programs(code), changes),
    qlog: (scenario, code) => simulator.qlog(scenario, programs(code)),
    close() {
      isOpen = false;
      close();
    },
  };
}

/** Code takes so long to load at most, and so long to come back: a report is answered in microseconds. */
const BEGIN_MS = 5000;
const SILENT_MS = 2000;
/** A whole run goes on so long at most. */
const QLOG_MS = 60_000;

const parts = v.array(v.string());
const begun = v.object({ durationUs: v.number() });
const progress = v.object({
  timeUs: v.number(),
  done: v.boolean(),
  run: v.unknown(),
  said: v.pipe(v.array(v.pipe(v.string(), v.maxLength(1000))), v.maxLength(1000)),
  failures: v.pipe(
    v.array(
      v.object({
        algorithm: v.pipe(v.string(), v.maxLength(200)),
        message: v.pipe(v.string(), v.maxLength(4000)),
        place: v.nullable(v.pipe(v.string(), v.maxLength(1000))),
      }),
    ),
    v.maxLength(1000),
  ),
});

/** In a sandbox. What comes from there is read by a schema, since code may have made it. */
export async function fencedSimulator(trusted: boolean): Promise<Simulator> {
  const sandbox = await openSandbox(trusted);
  let given: Scenario = { flows: [] };
  const closing = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      sandbox.close();
      throw error;
    }
  };
  return {
    get isOpen() {
      return sandbox.isOpen;
    },
    async begin(scenario, code) {
      given = scenario;
      const value = await sandbox.ask({ kind: 'begin', scenario, code }, BEGIN_MS);
      return closing(() => v.parse(begun, value));
    },
    async advance(budgetMs, untilUs, origin) {
      const value = await sandbox.ask({ kind: 'advance', budgetMs, untilUs }, SILENT_MS + budgetMs);
      return closing(() => {
        const { run, ...how } = v.parse(progress, value);
        const provenance = {
          ...{ source: 'simulation' as const, files: [], command: null, version: null, algorithmHashes: {} },
          ...{ madeAtEpochUs: null, scenario: given, seeds: [given.seed ?? 1] },
          ...origin,
        };
        return { ...how, run: runOfColumns(readColumnRun(run, provenance)) };
      });
    },
    async change(change) {
      await sandbox.ask({ kind: 'change', change }, SILENT_MS);
    },
    async instant(scenario, code, atUs, flow, changes) {
      const value = await sandbox.ask({ kind: 'instant', scenario, code, atUs, flow, changes }, BEGIN_MS);
      return closing(() => readInstant(value));
    },
    async qlog(scenario, code) {
      const value = await sandbox.ask({ kind: 'qlog', scenario, code }, QLOG_MS);
      return closing(() => v.parse(parts, value));
    },
    close: () => sandbox.close(),
  };
}
