import { ERROR, MooringError } from '../base/index.js';
import { type Column, memorySource } from './memory.js';
import type { Run, RunSource, SeriesInfo } from './model.js';
import { packed, unpacked } from './packed.js';
import type { EventKind, EventTable, SeriesColumns } from './query.js';

// A run as text that a report carries: everything but its values as JSON, its values as columns in base64 of deflate-raw.
// Each series is thinned to at most four samples a pixel of a wide plot, first to last with the least and the greatest, so
// that a report does not grow with its run, and looks the same.

/** A run as JSON. */
export interface FrozenRun extends Omit<Run, 'source' | 'sequence' | 'sweep'> {
  readonly format: typeof FORMAT;
  /** Rows of instants, which series share. */
  readonly times: readonly string[];
  readonly columns: readonly { readonly series: number; readonly times: number; readonly values: string }[];
  readonly events: readonly {
    readonly kind: EventKind;
    readonly timeUs: string;
    readonly flow: string;
    readonly times: string;
  }[];
}

const FORMAT = 'mooring-run-1';
const PIXELS = 1400;
const EVENTS: readonly EventKind[] = ['loss', 'mark', 'timeout', 'retransmission', 'note'];
const MOST_EVENTS = 100_000;

/** The run as JSON, its series as fine as `pixels` columns show them. */
export async function freezeRun(run: Run, pixels = PIXELS): Promise<FrozenRun> {
  // Packets are not thinned; whoever wants them opens the capture.
  const { source, sequence: _, sweep: _sweep, ...rest } = run;
  const times: string[] = [];
  const columns: FrozenRun['columns'][number][] = [];
  for (const [series, { quantity, owner }] of run.series.entries()) {
    const found = await source.query({ ...run.span, quantity, owner, pixels });
    const { timeUs, values } = found ? thinned(found) : NOTHING;
    const text = packed(timeUs);
    if (!times.includes(text)) times.push(text);
    columns.push({ series, times: times.indexOf(text), values: packed(values) });
  }
  const events = await Promise.all(EVENTS.map((kind) => frozenEvents(source, run, kind)));
  return { ...rest, format: FORMAT, times, columns, events: events.filter((event) => event !== null) };
}

/** The run of a report. Throws MOORING_ERR_FILE_UNREADABLE where the text is none. */
export function thawRun(frozen: unknown): Run {
  const refuse = (why: string): never => {
    throw new MooringError(ERROR.MOORING_ERR_FILE_UNREADABLE, `this is no run of Mooring's: ${why}`, {});
  };
  const found = frozen as FrozenRun | null;
  if (found?.format !== FORMAT) return refuse(`its format is not ${FORMAT}`);
  const { format: _, times, columns, events, ...run } = found;
  if (
    ![times, columns, events, run.series, run.flows, run.links, run.facts, run.warnings].every(Array.isArray) ||
    !run.span
  )
    return refuse('parts of it are missing');
  try {
    const instants = times.map(unpacked);
    const read: Column[] = columns.map(({ series, times: row, values }) => {
      const { quantity, owner } = run.series[series] as SeriesInfo;
      return { quantity, owner, timeUs: instants[row]!, values: unpacked(values) };
    });
    if (read.some(({ timeUs, values }) => timeUs?.length !== values.length))
      throw new Error('a series has no instants');
    const tables = events.map(({ kind, timeUs, flow, times }): [EventKind, Omit<EventTable, 'left'>] => [
      kind,
      { timeUs: unpacked(timeUs), flow: Uint32Array.from(unpacked(flow)), times: unpacked(times) },
    ]);
    return { ...run, source: memorySource(read, Object.fromEntries(tables)) };
  } catch (cause) {
    return refuse((cause as Error).message);
  }
}

const NOTHING = { timeUs: new Float64Array(), values: new Float64Array() };

async function frozenEvents(
  source: RunSource,
  { span }: Run,
  kind: EventKind,
): Promise<FrozenRun['events'][number] | null> {
  const { timeUs, flow, times } = await source.events({ ...span, kind, flow: null, limit: MOST_EVENTS });
  if (timeUs.length === 0) return null;
  return { kind, timeUs: packed(timeUs), flow: packed(Float64Array.from(flow)), times: packed(times) };
}

/** At most three samples of each column, in the order of time, and a sample that is not known for each gap. */
function thinned({ fromUs, toUs, min, max, last, lastUs, count, unknown }: SeriesColumns): {
  timeUs: Float64Array;
  values: Float64Array;
} {
  const [timeUs, values]: [number[], number[]] = [[], []];
  const width = (toUs - fromUs) / count.length;
  const put = (us: number, value: number): void => {
    timeUs.push(us);
    values.push(value);
  };
  for (let i = 0; i < count.length; i += 1) {
    if (count[i] === 0) {
      if (unknown[i]! > 0) put(fromUs + i * width, Number.NaN);
      continue;
    }
    const beginUs = Math.min(fromUs + i * width, lastUs[i]!);
    const between = (lastUs[i]! - beginUs) / 3;
    if (count[i]! > 1 && min[i] !== last[i]) put(beginUs + between, min[i]!);
    if (count[i]! > 1 && max[i] !== last[i]) put(beginUs + 2 * between, max[i]!);
    put(lastUs[i]!, last[i]!);
  }
  return { timeUs: Float64Array.from(timeUs), values: Float64Array.from(values) };
}
