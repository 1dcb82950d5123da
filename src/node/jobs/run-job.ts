import { errorToValue } from '../../client/index.js';
import {
  createSimulation,
  describeFailure,
  plainResult,
  QLOG_TAPS,
  type Scenario,
  type Series,
  type SimulationResult,
} from '../../sim/index.js';
import { sleep } from '../process/index.js';
import type { Outcome } from './job-source.js';
import { openPacketFiles, type PacketTap, type RecordFiles } from './packet-file.js';
import { openQlogFile } from './qlog-file.js';
import { type Row, resultRows } from './rows.js';
import { loadScenario } from './scenario-file.js';

/** What a thread is asked to run: plain JSON, so that it can go to another thread or machine. */
export interface RunJob {
  readonly scenario: Scenario;
  /** The answer is rows that begin with this, for tables; else the whole result. */
  readonly rows?: Row;
  /** Frames carry the series so far. */
  readonly watched?: boolean;
  /** Packets to keep as captures. */
  readonly taps?: readonly PacketTap[];
  /** The file that gets the events of each flow as qlog. */
  readonly qlog?: string;
  /** Simulated seconds for each second, so that people can follow; without it as fast as it goes. */
  readonly pace?: number;
}

/** A sign of life while a job runs. */
export interface Frame {
  readonly timeUs: number;
  readonly durationUs: number;
  readonly names: readonly string[];
  /** Packets, timers and messages handled so far. */
  readonly events: number;
  readonly series?: Series;
}

const FRAME_MS = 70;
const FIRST_STEP_US = 100_000;

/**
 * Runs one job, telling how it goes about fifteen times a second. Failures are outcomes. Where `isStopped` says so
 * the run ends at its next step; its result counts up to there, and `summary.durationUs` says where that is.
 * `onTurn`, awaited after each frame, lets others who share the thread have a turn.
 */
export async function runJob(
  { scenario, rows, watched, pace, taps = [], qlog }: RunJob,
  onFrame: (frame: Frame) => void,
  isStopped: () => boolean = () => false,
  onTurn?: () => Promise<unknown>,
): Promise<Outcome<SimulationResult | Row[]>> {
  try {
    const simulation = createSimulation(await loadScenario(scenario), {
      taps: [...taps.map(({ point }) => point), ...(qlog === undefined ? [] : QLOG_TAPS)],
    });
    const files: RecordFiles[] = [];
    if (taps.length > 0) files.push(openPacketFiles(simulation.scenario, taps));
    if (qlog !== undefined) files.push(openQlogFile(simulation.scenario, qlog));
    const { durationUs, flows } = simulation.scenario;
    const names = flows.flatMap(({ name, count }) => new Array<string>(Math.min(count, 64)).fill(name));
    let stepUs = pace ? pace * FRAME_MS * 1000 : FIRST_STEP_US;
    while (!simulation.done && !isStopped()) {
      const begun = performance.now();
      simulation.runUntil(simulation.timeUs + stepUs);
      const { timeUs, events } = simulation;
      if (files.length > 0) {
        const records = simulation.packets();
        for (const file of files) file.write(records, timeUs);
      }
      onFrame({ timeUs, durationUs, names, events, ...(watched ? { series: simulation.series() } : {}) });
      const tookMs = performance.now() - begun;
      if (pace) await sleep(FRAME_MS - tookMs);
      else if (onTurn) await onTurn();
      // Steps of about one frame each, whatever the scenario costs.
      if (!pace)
        stepUs = Math.min(durationUs / 24, stepUs * Math.min(4, Math.max(0.1, FRAME_MS / Math.max(tookMs, 0.1))));
    }
    for (const file of files) file.close();
    const result = simulation.result();
    if (!rows) return { ok: true, result: plainResult(result) };
    // Numbers of an algorithm that failed would stand in a table as if they were its own.
    const [failure] = result.failures;
    if (failure) throw new Error(describeFailure(failure));
    return { ok: true, result: resultRows(rows, result) };
  } catch (error) {
    return { ok: false, error: errorToValue(error) };
  }
}
