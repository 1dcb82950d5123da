import { ERROR, MooringError } from '../base/index.js';
import { type Column, memorySource } from './memory.js';
import type { Run, RunFlow, SeriesInfo, SeriesKind, Unit } from './model.js';
import type { Quantity } from './query.js';

// qlog of a sender, as Mooring, quic-go, ngtcp2 and others write it: a sequence of records (RFC 7464, or a line each) or one JSON
// document with traces (draft-ietf-quic-qlog-main-schema). Recovery metrics become series, lost packets events; other events are
// passed over. A file that was cut says what came before the cut.

const SEPARATOR = '\u001e';
const MOST_FLOWS = 1000;
const MOST_SAMPLES = 1 << 23;

/** A metric of `recovery:metrics_updated`: its series, and what its number is multiplied by: rates are in bit/s, times in ms. */
const METRICS: readonly (readonly [string, Quantity, Unit, SeriesKind, number])[] = [
  ['congestion_window', 'cwnd', 'bytes', 'step', 1],
  ['ssthresh', 'ssthresh', 'bytes', 'step', 1],
  ['bytes_in_flight', 'inFlight', 'bytes', 'step', 1],
  ['smoothed_rtt', 'rtt', 'us', 'step', 1000],
  ['pacing_rate', 'pacingRate', 'bytes/s', 'step', 1 / 8],
];

type Fields = Readonly<Record<string, unknown>>;

interface Flow {
  readonly name: string;
  readonly samples: Map<Quantity, { readonly timeUs: number[]; readonly values: number[] }>;
  readonly lostUs: number[];
  minRttUs: number | null;
  firstUs: number;
  lastUs: number;
}

/** A run out of a qlog. Throws MOORING_ERR_FILE_UNREADABLE with what is wrong and what would be read. */
export function fromQlog(text: string, file: string): Run {
  const { traces, isCut } = tracesOf(text, file);
  const flows = new Map<string, Flow>();
  let held = 0;
  for (const [i, { common, events }] of traces.entries()) {
    let beforeMs = 0;
    let firstMs: number | null = null;
    const format = String(common['time_format'] ?? 'relative');
    for (const { time, name, data, ...rest } of events) {
      if (typeof time !== 'number' || !Number.isFinite(time) || typeof name !== 'string' || !isObject(data)) continue;
      beforeMs = format.startsWith('delta') || format === 'relative_to_previous_event' ? beforeMs + time : time;
      // Times since 1970 begin at the first of them.
      firstMs ??= format === 'absolute' || beforeMs > 1e11 ? beforeMs : 0;
      const us = (beforeMs - firstMs) * 1000;
      const isLoss = name.endsWith(':packet_lost');
      if (!isLoss && !/:(recovery_)?metrics_updated$/.test(name)) continue;
      const group = rest['group_id'] ?? common['group_id'] ?? common['ODCID'] ?? `trace ${i}`;
      const flow = flowOf(flows, typeof group === 'string' ? group : JSON.stringify(group), us);
      if (!flow) continue;
      flow.firstUs = Math.min(flow.firstUs, us);
      flow.lastUs = Math.max(flow.lastUs, us);
      if (isLoss) flow.lostUs.push(us);
      else held += take(flow, data, us);
      if (held > MOST_SAMPLES) throw refused(file, `it has more than ${MOST_SAMPLES} metrics: cut it in parts`);
    }
  }
  if (held === 0)
    throw refused(
      file,
      'it has no recovery:metrics_updated events, by which a window is known: log the recovery category, at the sender',
    );
  return runOf([...flows.values()], file, isCut);
}

function flowOf(flows: Map<string, Flow>, name: string, us: number): Flow | undefined {
  const known = flows.get(name);
  if (known || flows.size >= MOST_FLOWS) return known;
  const flow: Flow = { name, samples: new Map(), lostUs: [], minRttUs: null, firstUs: us, lastUs: us };
  flows.set(name, flow);
  return flow;
}

/** How many samples the metrics have that are shown. */
function take(flow: Flow, data: Fields, us: number): number {
  let taken = 0;
  const { min_rtt: minRtt } = data;
  if (typeof minRtt === 'number' && minRtt > 0) flow.minRttUs = Math.min(flow.minRttUs ?? minRtt * 1000, minRtt * 1000);
  for (const [name, quantity, , , factor] of METRICS) {
    const value = data[name];
    // Some write a threshold that is none as the greatest number they have.
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || value >= 2 ** 53) continue;
    const column = flow.samples.get(quantity) ?? { timeUs: [], values: [] };
    flow.samples.set(quantity, column);
    // Time does not go back in a series.
    column.timeUs.push(Math.max(us, column.timeUs.at(-1) ?? us));
    column.values.push(value * factor);
    taken += 1;
  }
  return taken;
}

function runOf(flows: readonly Flow[], file: string, isCut: boolean): Run {
  const columns: Column[] = [];
  const series: SeriesInfo[] = [];
  for (const [owner, { samples }] of flows.entries())
    for (const [, quantity, unit, kind] of METRICS) {
      const column = samples.get(quantity);
      if (!column) continue;
      columns.push({
        ...{ quantity, owner },
        ...{ timeUs: Float64Array.from(column.timeUs), values: Float64Array.from(column.values) },
      });
      series.push({ quantity, unit, kind, per: 'flow', owner });
    }
  const lost = flows.flatMap(({ lostUs }, flow) => lostUs.map((us) => ({ us, flow }))).sort((a, b) => a.us - b.us);
  const endUs = flows.reduce((most, { lastUs }) => Math.max(most, lastUs), 1);
  return {
    title: file,
    about: `qlog of ${flows.length === 1 ? 'one flow' : `${flows.length} flows`}`,
    provenance: {
      ...{ source: 'recording', files: [file], scenario: null, command: null, version: null, seeds: [] },
      ...{ algorithmHashes: {}, madeAtEpochUs: null },
    },
    span: { fromUs: 0, toUs: endUs },
    flows: flows.map((flow, id) => flowOfRun(flow, id)),
    links: [],
    series,
    facts: [{ name: 'packets lost', value: lost.length, unit: 'packets' }],
    warnings: isCut ? ['The file was cut: what is shown came before the cut.'] : [],
    source: memorySource(columns, {
      loss: {
        timeUs: Float64Array.from(lost, ({ us }) => us),
        flow: Uint32Array.from(lost, ({ flow }) => flow),
        times: new Float64Array(lost.length).fill(1),
      },
    }),
  };
}

function flowOfRun({ name, lostUs, firstUs, minRttUs }: Flow, id: number): RunFlow {
  return {
    ...{ id, name, algorithm: null, startUs: firstUs, endUs: null, baseRttUs: minRttUs },
    totals: {
      ...{ goodputBytesPerSecond: null, meanRttUs: null, p95RttUs: null, packetsSent: null },
      ...{ packetsLost: lostUs.length, retransmissions: null, timeouts: null, marks: null },
    },
  };
}

interface Trace {
  readonly common: Fields;
  readonly events: readonly Fields[];
}

function tracesOf(text: string, file: string): { readonly traces: readonly Trace[]; readonly isCut: boolean } {
  const whole = text.startsWith(SEPARATOR) ? undefined : parsed(text);
  if (isObject(whole) && Array.isArray(whole['traces'])) {
    const traces = whole['traces'].filter(isObject).map((trace) => ({
      common: isObject(trace['common_fields']) ? trace['common_fields'] : {},
      events: (Array.isArray(trace['events']) ? trace['events'] : []).filter(isObject),
    }));
    return { traces, isCut: false };
  }
  const records = text.split(text.startsWith(SEPARATOR) ? SEPARATOR : '\n').filter((record) => record.trim() !== '');
  const [head, ...events] = records.map(parsed);
  if (!isObject(head) || !('qlog_version' in head || 'file_schema' in head || 'qlog_format' in head))
    throw refused(file, 'it is no qlog: neither a sequence that begins with a header nor a document with traces');
  const faulty = events.indexOf(undefined);
  if (faulty >= 0 && faulty < events.length - 1) throw refused(file, `record ${faulty + 2} is no JSON`);
  const trace = isObject(head['trace']) ? head['trace'] : {};
  const common = isObject(trace['common_fields']) ? trace['common_fields'] : {};
  return { traces: [{ common, events: events.filter(isObject) }], isCut: faulty >= 0 };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(file: string, why: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_FILE_UNREADABLE, `${file} cannot be shown: ${why}.`, { path: file });
}
