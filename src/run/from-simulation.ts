import { describeScenario, type ResultJson, type SimulationResult } from '../sim/index.js';
import { type ColumnRun, runOfColumns } from './columns.js';
import type { Column } from './memory.js';
import type { Fact, Provenance, Run, RunFlow, RunLink, SeriesInfo, SeriesKind, Unit } from './model.js';
import type { EventTable, Quantity } from './query.js';

type Values = ArrayLike<number | null>;

/** What a result has of a flow and of a link, and what that is in a run. */
const OF_FLOW = [
  ['cwndBytes', 'cwnd', 'bytes', 'step'],
  ['ssthreshBytes', 'ssthresh', 'bytes', 'step'],
  ['inFlightBytes', 'inFlight', 'bytes', 'step'],
  ['srttUs', 'rtt', 'us', 'step'],
  ['pacingRateBytesPerSecond', 'pacingRate', 'bytes/s', 'step'],
  ['deliveryRateBytesPerSecond', 'deliveryRate', 'bytes/s', 'bin'],
  ['losses', 'losses', 'packets', 'bin'],
  ['marks', 'marks', 'packets', 'bin'],
] as const satisfies readonly (readonly [string, Quantity, Unit, SeriesKind])[];

const OF_LINK = [
  ['queueBytes', 'queue', 'bytes', 'step'],
  ['deliveryRateBytesPerSecond', 'linkRate', 'bytes/s', 'bin'],
  ['drops', 'drops', 'packets', 'bin'],
] as const satisfies readonly (readonly [string, Quantity, Unit, SeriesKind])[];

/** What a result does not say of itself. */
export type Origin = Partial<Pick<Provenance, 'files' | 'command' | 'version' | 'algorithmHashes' | 'madeAtEpochUs'>>;

/** A run out of a simulation's result, as `simulate` gives it or as it stands in JSON with its series. */
export function fromSimulation(result: SimulationResult | ResultJson, origin: Origin = {}): Run {
  return runOfColumns(columnsOfSimulation(result, origin));
}

/** The same as columns, for another thread. */
export function columnsOfSimulation(result: SimulationResult | ResultJson, origin: Origin = {}): ColumnRun {
  const { scenario, summary, flows, series, failures, notices } = result as SimulationResult;
  const groups = scenario.flows.flatMap((group) =>
    new Array<typeof group>(group.arrivals ? 0 : group.count).fill(group),
  );
  const endUs = new Map(flows.map((flow) => [flow.id, flow.endUs]));
  const timeUs = column(series.timeUs);
  const columns: Column[] = [];
  const infos: SeriesInfo[] = [];
  const take = (info: SeriesInfo, values: Values): void => {
    const own = column(values);
    // Senders without a threshold, flows without marks: what is never known is no series.
    if (own.every((value) => Number.isNaN(value))) return;
    columns.push({ quantity: info.quantity, owner: info.owner, timeUs, values: own });
    infos.push(info);
  };
  for (const flow of series.flows) {
    const ended = endUs.get(flow.id) ?? null;
    for (const [name, quantity, unit, kind] of OF_FLOW)
      take({ quantity, unit, kind, per: 'flow', owner: flow.id }, upTo(flow[name], timeUs, ended, series.binUs));
    for (const [name, values] of Object.entries(flow.notes))
      take({ quantity: `note:${name}`, unit: 'none', kind: 'step', per: 'flow', owner: flow.id }, values);
  }
  for (const link of series.links)
    for (const [name, quantity, unit, kind] of OF_LINK)
      take({ quantity, unit, kind, per: 'link', owner: link.id }, link[name]);
  return {
    title: scenario.name || `${[...new Set(flows.map(({ name }) => name))].join(', ')}`,
    about: describeScenario(scenario),
    provenance: {
      ...{ source: 'simulation', files: [], command: null, version: null, algorithmHashes: {}, madeAtEpochUs: null },
      ...{ scenario, seeds: [scenario.seed] },
      ...origin,
    },
    span: { fromUs: 0, toUs: summary.durationUs },
    flows: flows.map(
      (flow): RunFlow => ({
        id: flow.id,
        name: flow.name,
        algorithm: flow.algorithm,
        startUs: flow.startUs,
        endUs: flow.endUs,
        baseRttUs: groups[flow.id]?.baseRttUs ?? null,
        totals: {
          goodputBytesPerSecond: flow.goodputBytesPerSecond,
          meanRttUs: flow.rttUs.mean,
          p95RttUs: flow.rttUs.p95,
          packetsSent: flow.packetsSent,
          packetsLost: flow.packetsLost,
          retransmissions: flow.retransmits,
          timeouts: flow.timeouts,
          marks: flow.ecnMarks,
        },
      }),
    ),
    links: scenario.links.map(({ rate, queue, steps }, id): RunLink => {
      const varies = rate.kind === 'trace' || steps.some(({ rateBytesPerSecond }) => rateBytesPerSecond !== null);
      return {
        id,
        name: scenario.links.length > 1 ? `link ${id}` : 'bottleneck',
        rateBytesPerSecond: varies ? null : rate.rateBytesPerSecond,
        queueBytes: 'limit' in queue && queue.limit.bytes > 0 ? queue.limit.bytes : null,
      };
    }),
    series: infos,
    facts: factsOf(summary),
    warnings: [
      ...failures.map(({ algorithm, message }) => `These numbers are not valid: ${algorithm} failed: ${message}`),
      ...notices.map(({ message }) => message),
    ],
    columns,
    events: { loss: eventsOf(columns, 'losses'), mark: eventsOf(columns, 'marks') },
  };
}

function factsOf(summary: SimulationResult['summary']): Fact[] {
  const fact = (name: string, value: number | null, unit: Unit): Fact => ({ name, value, unit });
  return [
    fact('throughput', summary.throughputBytesPerSecond, 'bytes/s'),
    fact('goodput', summary.goodputBytesPerSecond, 'bytes/s'),
    fact('utilisation', summary.utilisation, 'ratio'),
    fact('Jain index', summary.jain, 'none'),
    fact('mean RTT', summary.rttUs.mean, 'us'),
    fact('p95 RTT', summary.rttUs.p95, 'us'),
    fact('p99 RTT', summary.rttUs.p99, 'us'),
    fact('p95 queueing', summary.queueDelayUs.p95, 'us'),
    fact('loss rate', summary.lossRate, 'ratio'),
    fact('packets lost', summary.packetsLost, 'packets'),
    fact('retransmissions', summary.retransmits, 'segments'),
    fact('timeouts', summary.timeouts, 'none'),
    ...(summary.ecnMarks > 0 ? [fact('ECN marks', summary.ecnMarks, 'packets')] : []),
    ...(summary.fctUs.count > 0 ? [fact('mean completion', summary.fctUs.mean, 'us')] : []),
  ];
}

/** What a bin counts as events at its end, all flows in the order of time. */
function eventsOf(columns: readonly Column[], quantity: Quantity): Omit<EventTable, 'left'> {
  const found = columns
    .filter((one) => one.quantity === quantity)
    .flatMap(({ owner, timeUs, values }) =>
      Array.from(values, (times, i) => ({ owner, times, timeUs: timeUs[i]! })).filter(({ times }) => times > 0),
    )
    .sort((a, b) => a.timeUs - b.timeUs || a.owner - b.owner);
  return {
    timeUs: Float64Array.from(found, (event) => event.timeUs),
    flow: Uint32Array.from(found, ({ owner }) => owner),
    times: Float64Array.from(found, ({ times }) => times),
  };
}

/** A flow that has ended has no state any more. */
function upTo(values: Values, timeUs: Float64Array, endUs: number | null, binUs: number): Values {
  if (endUs === null) return values;
  return Array.from(values, (value, i) => (timeUs[i]! - binUs >= endUs ? null : value));
}

function column(values: Values): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values, (value) => value ?? Number.NaN);
}
