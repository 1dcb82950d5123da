import type { Run } from './model.js';
import type { EventKind, SeriesColumns } from './query.js';

// What a run says, as bytes: two runs say the same to the bit where their bytes are the same. Names for people are left out, and
// where it comes from: only numbers count, and what they are of.

/** Columns each series is asked in: with fewer samples each of them counts, with more the extremes and the last of each column. */
const PIXELS = 4096;
const EVENTS: readonly EventKind[] = ['loss', 'mark', 'timeout', 'retransmission', 'note'];
const MOST_EVENTS = 1_000_000;

/**
 * The bytes of a run, to be hashed: its span, flows, facts, series and events. The same on every machine, whoever answers for
 * the run: memory, a worker or another thread.
 */
export async function runBytes({ span, flows, links, series, facts, source }: Run): Promise<Uint8Array[]> {
  const told = {
    span,
    flows: flows.map(({ id, name, algorithm, startUs, endUs, totals }) => [
      id,
      name,
      algorithm,
      startUs,
      endUs,
      totals,
    ]),
    links: links.map(({ id, rateBytesPerSecond, queueBytes }) => [id, rateBytesPerSecond, queueBytes]),
    series: series.map(({ quantity, per, kind, owner }) => [quantity, per, kind, owner]),
    facts: facts.map(({ name, value }) => [name, value]),
  };
  const parts = [textBytes(JSON.stringify(told))];
  for (const { quantity, owner } of series) {
    const columns = await source.query({ quantity, owner, ...span, pixels: PIXELS });
    if (columns) parts.push(columnBytes(columns));
  }
  for (const kind of EVENTS) {
    const { timeUs, flow, times, left } = await source.events({ ...span, kind, flow: null, limit: MOST_EVENTS });
    parts.push(numberBytes(timeUs), numberBytes(Float64Array.from(flow)), numberBytes(times), numberBytes([left]));
  }
  return parts;
}

function columnBytes({ min, max, last, lastUs, count, unknown }: SeriesColumns): Uint8Array {
  const numbers: number[] = [];
  for (let i = 0; i < count.length; i += 1) {
    if (count[i] === 0 && unknown[i] === 0) continue;
    numbers.push(i, count[i]!, unknown[i]!);
    if (count[i]! > 0) numbers.push(min[i]!, max[i]!, last[i]!, lastUs[i]!);
  }
  return numberBytes(numbers);
}

/** Eight bytes each, the least first. NaN has many forms, of which one is taken. */
function numberBytes(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 + values.length * 8));
  view.setFloat64(0, values.length, true);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (Number.isNaN(value)) view.setBigUint64(8 + i * 8, 0x7ff8000000000000n, true);
    else view.setFloat64(8 + i * 8, value, true);
  }
  return new Uint8Array(view.buffer);
}

/** UTF-16, the lower byte first: whoever compares needs no text again. */
function textBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i += 1) {
    bytes[2 * i] = text.charCodeAt(i) & 0xff;
    bytes[2 * i + 1] = text.charCodeAt(i) >> 8;
  }
  return bytes;
}
