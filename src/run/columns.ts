import * as v from 'valibot';
import { ERROR, MooringError } from '../base/index.js';
import { type Column, memorySource } from './memory.js';
import type { Provenance, Run } from './model.js';
import type { EventKind, EventTable, Quantity } from './query.js';

// A run that travels: everything but who answers, and the columns that will. It may come from a thread that runs code of
// somebody we do not know, so that what is received is read by a schema: another shape is refused, and nothing of it is kept
// that the schema does not name.

/** A run whose values are columns, which another thread can be given. */
export interface ColumnRun extends Omit<Run, 'source' | 'sweep'> {
  readonly columns: readonly Column[];
  readonly events: Partial<Readonly<Record<EventKind, Omit<EventTable, 'left'>>>>;
}

/** The run that these columns answer for. */
export function runOfColumns({ columns, events, ...run }: ColumnRun): Run {
  return { ...run, source: memorySource(columns, events) };
}

/** Numbers of a run in all its columns. */
const MOST_NUMBERS = 1 << 25;
const MOST_FLOWS = 100_000;

const text = v.pipe(v.string(), v.maxLength(4000));
const known = v.nullable(v.number());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const units = v.picklist(['bytes', 'bytes/s', 'us', 'packets', 'segments', 'ratio', 'none']);
const quantity = v.custom<Quantity>((value) => typeof value === 'string' && value.length <= 80);
const row = v.instance(Float64Array);

const columnRun = v.object({
  title: text,
  about: text,
  span: v.object({ fromUs: v.number(), toUs: v.number() }),
  flows: v.pipe(
    v.array(
      v.object({
        id: count,
        name: text,
        algorithm: v.nullable(text),
        startUs: known,
        endUs: known,
        baseRttUs: known,
        totals: v.object({
          goodputBytesPerSecond: known,
          meanRttUs: known,
          p95RttUs: known,
          packetsSent: known,
          packetsLost: known,
          retransmissions: known,
          timeouts: known,
          marks: known,
        }),
      }),
    ),
    v.maxLength(MOST_FLOWS),
  ),
  links: v.pipe(
    v.array(v.object({ id: count, name: text, rateBytesPerSecond: known, queueBytes: known })),
    v.maxLength(1000),
  ),
  series: v.pipe(
    v.array(
      v.object({
        quantity,
        unit: units,
        per: v.picklist(['flow', 'link', 'run']),
        kind: v.picklist(['step', 'sample', 'bin']),
        owner: count,
      }),
    ),
    v.maxLength(10_000),
  ),
  facts: v.pipe(v.array(v.object({ name: text, value: known, unit: units })), v.maxLength(100)),
  warnings: v.pipe(v.array(text), v.maxLength(1000)),
  columns: v.pipe(
    v.array(
      v.pipe(
        v.object({ quantity, owner: count, timeUs: row, values: row }),
        v.check(({ timeUs, values }) => timeUs.length === values.length, 'a series has no instants'),
      ),
    ),
    v.maxLength(10_000),
    v.check(
      (all) => all.reduce((sum, { values }) => sum + values.length, 0) <= MOST_NUMBERS,
      'it has too many numbers',
    ),
  ),
  events: v.record(
    v.picklist(['loss', 'mark', 'timeout', 'retransmission', 'note'] satisfies EventKind[]),
    v.pipe(
      v.object({ timeUs: row, flow: v.instance(Uint32Array), times: row }),
      v.check(
        ({ timeUs, flow, times }) => timeUs.length === flow.length && timeUs.length === times.length,
        'events have no instants',
      ),
    ),
  ),
});

/**
 * What another thread says is a run; where it comes from is said by whoever asked. Throws MOORING_ERR_FILE_UNREADABLE for
 * what is none.
 */
export function readColumnRun(value: unknown, provenance: Provenance): ColumnRun {
  const read = v.safeParse(columnRun, value, { abortEarly: true });
  if (read.success) return { ...read.output, provenance };
  const { issues } = read;
  throw new MooringError(
    ERROR.MOORING_ERR_FILE_UNREADABLE,
    `this is no run of Mooring's: ${v.getDotPath(issues[0]) ?? ''} ${issues[0].message}`,
    {},
  );
}
