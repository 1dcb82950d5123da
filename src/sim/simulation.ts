import { ERROR, MooringError } from '../base/index.js';
import { AgentEnd } from './agent-end.js';
import { type Change, type NoticeListener, SimEngine } from './engine.js';
import { HostClockWatch } from './host-clock.js';
import { readScenario } from './normalise.js';
import type { NormalisedScenario } from './normalised-scenario.js';
import { noticesOf } from './program-stops.js';
import type { FlowLimit, RunNotice, Series, SimulationResult } from './result.js';
import type { Scenario } from './scenario.js';
import type { Tap } from './tap.js';

/** A run that goes as far as it is told, can be looked at on the way, and changed. */
export interface Simulation {
  readonly scenario: NormalisedScenario;
  /** How far it has come. */
  readonly timeUs: number;
  /** Events handled so far. */
  readonly events: number;
  readonly done: boolean;
  /** What was told of the run so far. */
  readonly notices: readonly RunNotice[];
  /** Runs to this instant, at most to the scenario's end. */
  runUntil(timeUs: number): void;
  /** Changes a link from now on. Throws MOORING_ERR_BAD_ARGUMENT. */
  change(change: Change): void;
  /**
   * What `taps` have recorded since the last call, as records for `readPackets` and `readRecords`. They lie in memory
   * until taken: run in steps.
   */
  packets(): Uint8Array;
  /**
   * What keeps the sender of a flow (`FlowResult.id`) from sending at this instant; `none` before it has begun, after
   * its end, and while nothing does.
   */
  limitOf(flow: number): FlowLimit;
  /** The columns so far. */
  series(): Series;
  /** What was counted so far; all of it once `done`. */
  result(): SimulationResult;
}

/** How a run tells what its reader should know. */
export interface SimulationOptions {
  /** Called where something goes otherwise than asked for, once for each; it stands in `notices`, too. */
  readonly onNotice?: NoticeListener;
  /** What is recorded, for `packets`. Throws MOORING_ERR_BAD_ARGUMENT for a link there is not. */
  readonly taps?: readonly Tap[];
}

/** How `simulate` tells how it goes, and stops. */
export interface SimulateOptions extends SimulationOptions {
  /** Called about a hundred times over the run, with what was simulated and the whole. */
  readonly onProgress?: (timeUs: number, durationUs: number) => void;
  /** Stops the run at the next such call; `simulate` then throws its reason. */
  readonly signal?: AbortSignal;
}

const STEPS = 100;

/**
 * Runs a scenario to its end, synchronously. The same scenario and seed give the same numbers on
 * every host. Throws MOORING_ERR_SIM_BAD_SCENARIO; an algorithm that fails does not end the run but
 * stands in `failures`.
 *
 * @example
 * ```ts
 * const { summary } = simulate({
 *   rate: '12Mbit', rtt: '40ms', queue: '1bdp',
 *   flows: [{ algorithm: 'cubic', count: 2 }],
 *   duration: '10s', seed: 1,
 * });
 * console.log(summary.utilisation, summary.jain);
 * ```
 */
export function simulate(scenario: Scenario, options: SimulateOptions = {}): SimulationResult {
  const { onProgress, signal } = options;
  const simulation = createSimulation(scenario, options);
  const { durationUs } = simulation.scenario;
  if (!onProgress && !signal) simulation.runUntil(durationUs);
  for (let step = 1; !simulation.done; step += 1) {
    signal?.throwIfAborted();
    simulation.runUntil((durationUs * step) / STEPS);
    onProgress?.(simulation.timeUs, durationUs);
  }
  return simulation.result();
}

/**
 * A run to be driven step by step: for pages, live tables, and changes on the way.
 * Throws MOORING_ERR_SIM_BAD_SCENARIO, and what an algorithm's declared programs throw.
 *
 * @example
 * ```ts
 * const simulation = createSimulation({ flows: [{ algorithm: 'cubic' }], duration: '10s' });
 * simulation.runUntil(5_000_000);
 * simulation.change({ kind: 'linkRate', link: 0, rateBytesPerSecond: 500_000 });
 * simulation.runUntil(10_000_000);
 * console.log(simulation.result().summary.utilisation);
 * ```
 */
export function createSimulation(scenario: Scenario, { onNotice, taps = [] }: SimulationOptions = {}): Simulation {
  const { normalised, notices: ofScenario } = readScenario(scenario);
  const notices: RunNotice[] = [];
  const tell: NoticeListener = (notice) => {
    notices.push(notice);
    onNotice?.(notice);
  };
  ofScenario.forEach(tell);
  const agent = AgentEnd.of(normalised);
  const engine = new SimEngine(normalised, agent, tell);
  engine.tap(taps);
  const clock = new HostClockWatch(tell);
  const withNotes = (series: Series): Series => ({
    ...series,
    flows: series.flows.map((flow) => ({ ...flow, notes: agent?.notes.columns(flow.id, series.timeUs) ?? {} })),
  });
  return {
    scenario: normalised,
    get timeUs() {
      return engine.nowUs;
    },
    get events() {
      return engine.events;
    },
    get done() {
      return engine.done;
    },
    get notices() {
      return [...notices];
    },
    runUntil(timeUs) {
      const wasDone = engine.done;
      clock.during(() => engine.run(timeUs));
      if (!wasDone && engine.done && !engine.seedUsed) tell(SEED_UNUSED);
    },
    change(change) {
      checkChange(change, normalised.links.length);
      engine.change(change);
    },
    limitOf: (flow) => engine.limitOf(flow),
    packets: () => engine.packets(),
    series: () => withNotes(engine.series()),
    result() {
      const result = engine.result();
      const series = withNotes(result.series);
      const programStops = engine.programStops((uid) => agent?.program(uid));
      const ofPrograms = noticesOf(programStops, (flow) => result.flows[flow]?.name ?? `flow ${flow}`);
      return {
        ...result,
        series,
        failures: agent?.failures ?? [],
        programStops,
        notices: [...notices, ...ofPrograms],
      };
    },
  };
}

const SEED_UNUSED: RunNotice = {
  code: ERROR.MOORING_ERR_SIM_SEED_UNUSED,
  message: 'nothing was drawn in this run: every seed gives the same numbers, and repeats of it are one sample',
};

/** What a change of each kind says besides its link. */
const FIELDS: { readonly [Kind in Change['kind']]: readonly string[] } = {
  linkRate: ['rateBytesPerSecond'],
  linkDelay: ['delayUs'],
  linkDown: ['down'],
  queueLimit: ['packets', 'bytes'],
  loss: ['probability'],
};

function checkChange(change: Change, links: number): void {
  const refuse = (argument: string, message: string): never => {
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `${argument}: ${message}`, { argument });
  };
  const { link } = change;
  const fields = FIELDS[change.kind];
  if (!Object.hasOwn(FIELDS, change.kind) || !fields)
    refuse('kind', `there are ${Object.keys(FIELDS).join(', ')}, not ${JSON.stringify(change.kind)}`);
  if (!Number.isInteger(link) || link < 0 || link >= links) refuse('link', `there are links 0 … ${links - 1}`);
  const values: Readonly<Record<string, unknown>> = { ...change };
  for (const name of Object.keys(values)) {
    if (name !== 'kind' && name !== 'link' && !fields.includes(name))
      refuse(name, `does not belong to ${change.kind}, which has ${fields.join(', ')}`);
  }
  for (const name of fields) {
    const value = values[name];
    if (change.kind === 'linkDown') {
      if (typeof value !== 'boolean') refuse(name, 'must be true or false');
    } else if (!Number.isFinite(value) || Number(value) < 0) {
      refuse(name, 'must be a number from 0 up');
    }
  }
  if (change.kind === 'loss' && change.probability > 1) refuse('probability', 'must be at most 1');
}
