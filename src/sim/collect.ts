import { readOutput, type SimInstance } from '../core/index.js';
import { BIN } from '../generated/series.js';
import {
  COMPLETION_COLUMN,
  FLOW_COLUMN,
  FLOW_LIMIT,
  FLOW_SERIES,
  GROUP_COLUMN,
  HISTOGRAM_COLUMN,
  LINK_COLUMN,
  LINK_SERIES,
} from '../generated/sim.js';
import { type Built, fixedStartUs } from './build.js';
import { algorithmText } from './controller.js';
import { jainIndex } from './fairness.js';
import {
  cdfOf,
  cdfOfValues,
  emptyHistogram,
  type Histogram,
  mergeHistogram,
  percentiles,
  percentilesOf,
} from './histogram.js';
import { meanRate } from './link-rate.js';
import type { NormalisedFlowGroup, NormalisedScenario } from './normalised-scenario.js';
import type {
  FlowLimit,
  FlowResult,
  FlowSeries,
  LinkResult,
  LinkSeries,
  Series,
  SimulationResult,
  Summary,
} from './result.js';

// Reads what the engine has counted and says it in the terms of result.ts.

/** f64 before the counts of a histogram, a u32 per bucket. */
const HISTOGRAM_HEAD = Object.keys(HISTOGRAM_COLUMN).length;
const SERIES_FIELDS = Object.keys(BIN).length;
const COMPLETION_FIELDS = Object.keys(COMPLETION_COLUMN).length;

/** What was counted; what a run tells besides is gathered while it goes on. */
export type EngineResult = Omit<SimulationResult, 'failures' | 'notices' | 'programStops'>;

export function collectResult(sim: SimInstance, scenario: NormalisedScenario, built: Built): EngineResult {
  const edgesUs = columns(sim, () => sim.simBuckets());
  const measuredUs = Math.max(0, sim.simNowUs() - scenario.measureFromUs);
  const rtt = emptyHistogram(edgesUs);
  const queueDelay = emptyHistogram(edgesUs);
  const flows = collectFlows(sim, scenario, built, edgesUs, measuredUs, rtt);
  const links = scenario.links.map((_, id) => {
    const delay = histogram(sim, () => sim.simLinkDelay(id), edgesUs);
    mergeHistogram(queueDelay, delay);
    return linkResult(sim, id, delay);
  });
  const completions = completionTimes(sim, scenario, built, flows);
  const fctUs = { ...percentilesOf(completions), count: completions.length };
  const summary: Summary = {
    ...totals(flows),
    utilisation: greatest(narrowest(scenario, links).map(({ utilisation }) => utilisation)),
    // Cross traffic competes with nobody.
    jain: jainIndex(
      flows
        .filter(({ algorithm }) => algorithm !== 'builtin:udp')
        .map(({ goodputBytesPerSecond }) => goodputBytesPerSecond),
    ),
    rttUs: percentiles(rtt),
    queueDelayUs: percentiles(queueDelay),
    fctUs,
    durationUs: sim.simNowUs(),
    events: sim.simEvents(),
  };
  return {
    scenario,
    summary,
    flows,
    links,
    series: collectSeries(sim, scenario, built),
    cdfs: { rttUs: cdfOf(rtt), queueDelayUs: cdfOf(queueDelay), fctUs: cdfOfValues(completions) },
  };
}

/** Declared flows one by one, then one row for all flows of each group that arrive. */
function collectFlows(
  sim: SimInstance,
  scenario: NormalisedScenario,
  built: Built,
  edgesUs: Float64Array,
  measuredUs: number,
  all: Histogram,
): FlowResult[] {
  const declared: FlowResult[] = [];
  const arrived = new Map<number, { columns: Float64Array; rtt: Histogram }>();
  for (let id = 0; id < sim.simFlowCount(); id += 1) {
    const values = columns(sim, () => sim.simFlowColumns(id));
    const rtt = histogram(sim, () => sim.simFlowRtt(id), edgesUs);
    mergeHistogram(all, rtt);
    const group = values[FLOW_COLUMN.GROUP]!;
    if (id < built.flowGroups.length) {
      declared.push(flowResult(id, scenario.flows[group]!, values, rtt, measuredUs));
      continue;
    }
    const sum = arrived.get(group);
    if (!sum) {
      arrived.set(group, { columns: values, rtt });
      continue;
    }
    for (let i = FLOW_COLUMN.ACKED_BYTES; i <= FLOW_COLUMN.REPORTS; i += 1) sum.columns[i]! += values[i]!;
    mergeHistogram(sum.rtt, rtt);
  }
  for (const [group, sum] of arrived) {
    sum.columns[FLOW_COLUMN.START_US] = fixedStartUs(scenario.flows[group]!);
    sum.columns[FLOW_COLUMN.END_US] = -1;
    declared.push(flowResult(declared.length, scenario.flows[group]!, sum.columns, sum.rtt, measuredUs));
  }
  return declared;
}

function flowResult(
  id: number,
  group: NormalisedFlowGroup,
  values: Float64Array,
  rtt: Histogram,
  measuredUs: number,
): FlowResult {
  const at = (column: keyof typeof FLOW_COLUMN): number => values[FLOW_COLUMN[column]]!;
  const instant = (column: keyof typeof FLOW_COLUMN): number | null => (at(column) < 0 ? null : at(column));
  const [startUs, endUs] = [instant('START_US'), instant('END_US')];
  return {
    id,
    name: group.name,
    algorithm: algorithmText(group.algorithm),
    startUs,
    endUs,
    fctUs: startUs === null || endUs === null ? null : endUs - startUs,
    throughputBytesPerSecond: rate(at('RECEIVED_BYTES'), measuredUs),
    goodputBytesPerSecond: rate(at('ACKED_BYTES'), measuredUs),
    bytesAcked: at('ACKED_BYTES'),
    packetsSent: at('SENT_PACKETS'),
    packetsLost: at('DROPPED_PACKETS'),
    retransmits: at('RETRANSMITS'),
    timeouts: at('TIMEOUTS'),
    ecnMarks: at('MARKS'),
    rttUs: percentiles(rtt),
    reports: at('REPORTS'),
  };
}

function linkResult(sim: SimInstance, id: number, delay: Histogram): LinkResult {
  const values = columns(sim, () => sim.simLinkColumns(id));
  const at = (column: keyof typeof LINK_COLUMN): number => values[LINK_COLUMN[column]]!;
  return {
    id,
    deliveredBytes: at('SENT_BYTES') - at('WIRE_LOSS_BYTES'),
    deliveredPackets: at('SENT_PACKETS') - at('WIRE_LOSSES'),
    drops: at('QUEUE_DROPS') + at('WIRE_LOSSES'),
    marks: at('MARKS'),
    // The end of a packet is rounded to a nanosecond, its capacity is not.
    utilisation: share(at('USED_BYTES'), at('CAPACITY_BYTES')),
    queueDelayUs: percentiles(delay),
  };
}

function totals(
  flows: readonly FlowResult[],
): Pick<
  Summary,
  | 'throughputBytesPerSecond'
  | 'goodputBytesPerSecond'
  | 'lossRate'
  | 'packetsSent'
  | 'packetsLost'
  | 'retransmits'
  | 'timeouts'
  | 'ecnMarks'
> {
  const sum = (of: (flow: FlowResult) => number): number => flows.reduce((total, flow) => total + of(flow), 0);
  const packetsSent = sum((flow) => flow.packetsSent);
  const packetsLost = sum((flow) => flow.packetsLost);
  return {
    throughputBytesPerSecond: sum((flow) => flow.throughputBytesPerSecond),
    goodputBytesPerSecond: sum((flow) => flow.goodputBytesPerSecond),
    lossRate: ratio(packetsLost, packetsSent),
    packetsSent,
    packetsLost,
    retransmits: sum((flow) => flow.retransmits),
    timeouts: sum((flow) => flow.timeouts),
    ecnMarks: sum((flow) => flow.ecnMarks),
  };
}

function narrowest(scenario: NormalisedScenario, links: readonly LinkResult[]): LinkResult[] {
  const rates = scenario.links.map(({ rate }) => meanRate(rate));
  const least = Math.min(...rates);
  return links.filter((_, index) => rates[index] === least);
}

/** Completion times of all sized flows that ended, in µs. */
function completionTimes(
  sim: SimInstance,
  scenario: NormalisedScenario,
  built: Built,
  flows: readonly FlowResult[],
): Float64Array {
  const times: number[] = [];
  for (const [index, group] of scenario.flows.entries()) {
    const values = columns(sim, () => sim.simGroupColumns(built.groups[index]!));
    if (!group.arrivals) continue;
    const completions = values.subarray(Object.keys(GROUP_COLUMN).length);
    for (let at = COMPLETION_COLUMN.TIME_US; at < completions.length; at += COMPLETION_FIELDS)
      times.push(completions[at]!);
  }
  for (const [id, group] of built.flowGroups.entries()) {
    const flow = flows[id]!;
    if (scenario.flows[group]!.sizeBytes > 0 && flow.fctUs !== null) times.push(flow.fctUs);
  }
  return Float64Array.from(times);
}

const LIMITS: { readonly [Name in keyof typeof FLOW_LIMIT]: FlowLimit } = {
  NONE: 'none',
  APPLICATION: 'application',
  RECEIVE_WINDOW: 'receive-window',
  CONGESTION_WINDOW: 'congestion-window',
  RECOVERY: 'recovery',
  PACING: 'pacing',
  STARTUP: 'startup',
};
const LIMIT_WORDS = new Map(
  Object.entries(FLOW_LIMIT).map(([name, value]) => [value as number, LIMITS[name as keyof typeof FLOW_LIMIT]]),
);

/** What keeps the sender of a flow from sending now. */
export function limitOf(sim: SimInstance, flow: number): FlowLimit {
  if (!(flow >= 0 && flow < sim.simFlowCount())) return 'none';
  return LIMIT_WORDS.get(columns(sim, () => sim.simFlowColumns(flow))[FLOW_COLUMN.LIMIT]!) ?? 'none';
}

export function collectSeries(sim: SimInstance, scenario: NormalisedScenario, built: Built): Series {
  const tables = [...built.flowSeries, ...built.linkSeries];
  if (tables.length === 0) return { binUs: 0, timeUs: new Float64Array(), flows: [], links: [] };
  const first = seriesHandle(sim, tables[0]!, 0);
  const binUs = sim.seriesWidth(first) / 1000;
  const length = sim.seriesLength(first);
  const perSecond = (bytes: Float64Array): Float64Array => bytes.map((value) => (value * 1e6) / binUs);
  const timeUs = Float64Array.from({ length }, (_, bin) => Math.min((bin + 1) * binUs, scenario.durationUs));
  return {
    binUs,
    timeUs,
    flows: built.flowSeries.map((table, id): FlowSeries => {
      const column = (name: keyof typeof FLOW_SERIES, field: number): Float64Array =>
        seriesColumn(sim, table, FLOW_SERIES[name], field);
      const startUs = columns(sim, () => sim.simFlowColumns(id))[FLOW_COLUMN.START_US]!;
      const hasBegun = (bin: number): boolean => startUs >= 0 && timeUs[bin]! > startUs;
      return {
        id,
        cwndBytes: column('CWND_BYTES', BIN.LAST),
        ssthreshBytes: column('SSTHRESH_BYTES', BIN.LAST),
        inFlightBytes: column('IN_FLIGHT_BYTES', BIN.LAST),
        srttUs: column('SRTT_US', BIN.LAST),
        pacingRateBytesPerSecond: column('PACING_BYTES_PER_SECOND', BIN.LAST),
        deliveryRateBytesPerSecond: perSecond(column('DELIVERED_BYTES', BIN.SUM)).map((rate, bin) =>
          hasBegun(bin) ? rate : Number.NaN,
        ),
        losses: column('LOSSES', BIN.SUM),
        marks: column('MARKS', BIN.SUM),
        notes: {},
      };
    }),
    links: built.linkSeries.map((table, id): LinkSeries => {
      const column = (name: keyof typeof LINK_SERIES, field: number): Float64Array =>
        seriesColumn(sim, table, LINK_SERIES[name], field);
      return {
        id,
        queueBytes: column('QUEUE_BYTES', BIN.LAST),
        deliveryRateBytesPerSecond: perSecond(column('SENT_BYTES', BIN.SUM)),
        drops: column('DROPS', BIN.SUM),
        marks: column('MARKS', BIN.SUM),
      };
    }),
  };
}

function seriesHandle(sim: SimInstance, table: number, index: number): number {
  return new DataView(sim.memory.buffer).getUint32((table >>> 0) + 4 * index, true);
}

function seriesColumn(sim: SimInstance, table: number, index: number, field: number): Float64Array {
  const handle = seriesHandle(sim, table, index);
  const rows = new Float64Array(
    sim.memory.buffer,
    sim.seriesRows(handle) >>> 0,
    sim.seriesLength(handle) * SERIES_FIELDS,
  );
  const values = new Float64Array(rows.length / SERIES_FIELDS);
  for (let bin = 0; bin < values.length; bin += 1) values[bin] = rows[bin * SERIES_FIELDS + field]!;
  return values;
}

function histogram(sim: SimInstance, fill: () => void, edgesUs: Float64Array): Histogram {
  fill();
  const bytes = readOutput(sim);
  const head = new Float64Array(bytes.buffer, 0, HISTOGRAM_HEAD);
  const counts =
    bytes.length > HISTOGRAM_HEAD * 8
      ? Float64Array.from(new Uint32Array(bytes.buffer, HISTOGRAM_HEAD * 8))
      : new Float64Array(edgesUs.length - 1);
  return {
    samples: head[HISTOGRAM_COLUMN.SAMPLES]!,
    sumUs: head[HISTOGRAM_COLUMN.SUM_US]!,
    minUs: head[HISTOGRAM_COLUMN.MIN_US]!,
    maxUs: head[HISTOGRAM_COLUMN.MAX_US]!,
    counts,
    edgesUs,
  };
}

function columns(sim: SimInstance, fill: () => void): Float64Array {
  fill();
  return new Float64Array(readOutput(sim).buffer);
}

function share(part: number, whole: number): number | null {
  const value = ratio(part, whole);
  return value === null ? null : Math.min(1, Math.max(0, value));
}

/** Null where there is nothing to divide by. */
function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function greatest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.max(...known) : null;
}

function rate(bytes: number, us: number): number {
  return us > 0 ? (bytes * 1e6) / us : 0;
}
