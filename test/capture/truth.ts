import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Capture, type DirectionLimits, type LimitCause, openCapture } from '../../src/capture/index.js';
import { openPacketFiles } from '../../src/node/jobs/packet-file.js';
import { createSimulation, type FlowLimit, type Scenario, type TapPoint } from '../../src/sim/index.js';

// What the simulator knows of its senders, instant by instant, beside what their packets alone tell.

/** The packets of a scenario at a point, as pcapng. */
export function capturePackets(scenario: Scenario, point: TapPoint, look?: (timeUs: number, limit: FlowLimit) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-truth-'));
  const file = join(folder, 'packets.pcapng');
  const simulation = createSimulation(scenario, { taps: [point] });
  const files = openPacketFiles(simulation.scenario, [{ point, file }]);
  for (let us = 500; !simulation.done; us += 500) {
    simulation.runUntil(us);
    look?.(us, simulation.limitOf(0));
    if (us % 100_000 === 0) files.write(simulation.packets(), simulation.timeUs);
  }
  files.write(simulation.packets(), simulation.timeUs);
  files.close();
  const bytes = new Uint8Array(readFileSync(file));
  rmSync(folder, { recursive: true });
  return bytes;
}

/** The connection of the first flow: its port is the first. */
async function numberOf(capture: Capture): Promise<number> {
  for (const { number, srcPort } of (await capture.analyse()).connections) if (srcPort === 1024) return number;
  return 0;
}

/** Time by truth and verdict, and the share of it in which they agree. */
export interface Agreement {
  readonly share: number;
  readonly table: Readonly<Record<string, number>>;
  readonly truth: ReadonlyMap<FlowLimit, number>;
  readonly limits: DirectionLimits;
}

/** Looks every half millisecond; `FlowLimit` none, where nothing holds the sender back, is no time to be right in. */
export async function agreement(scenario: Scenario, point: TapPoint = 'sender'): Promise<Agreement> {
  const samples: Array<readonly [number, FlowLimit]> = [];
  let firstUs = 0;
  const bytes = capturePackets(scenario, point, (us, limit) => samples.push([us, limit]));
  const capture = await openCapture(bytes);
  const { totals } = await capture.info();
  firstUs = totals.startEpochUs ?? 0;
  const { connections } = await capture.limits({ connection: await numberOf(capture) });
  const limits = connections[0]!.directions[0]!;
  const table: Record<string, number> = {};
  const truth = new Map<FlowLimit, number>();
  let [right, all, at] = [0, 0, 0];
  const intervals = limits.intervals!;
  for (const [us, limit] of samples) {
    while (at < intervals.length && intervals[at]!.endUs + firstUs <= us) at += 1;
    const verdict: LimitCause | undefined =
      intervals[at] && intervals[at]!.startUs + firstUs <= us ? intervals[at]!.cause : undefined;
    if (limit === 'none' || !verdict) continue;
    all += 1;
    truth.set(limit, (truth.get(limit) ?? 0) + 1);
    if (limit === verdict) right += 1;
    const key = `${limit} > ${verdict}`;
    table[key] = (table[key] ?? 0) + 1;
  }
  return { share: right / all, table, truth, limits };
}
