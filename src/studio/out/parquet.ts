import { gzipSync } from 'fflate';
import { type Cell, type FilledColumn, writeParquet } from '../../parquet/index.js';
import { type Run, samplesOf } from '../../run/index.js';

// Every sample of a run as a table: a row a sample, what it is of beside it, as tools that group by columns have it.

/** Rows of a file at most: what is more is taken from the command line. */
const MOST_ROWS = 1 << 23;

/** The series of a run as a Parquet file. What writes it is loaded with the first. */
export async function runToParquet({ series, flows, links, span, source }: Run): Promise<Uint8Array> {
  const names = new Map<string, string>([
    ...flows.map(({ id, name }) => [`flow ${id}`, name] as const),
    ...links.map(({ id, name }) => [`link ${id}`, name] as const),
  ]);
  const cells: Record<'per' | 'owner' | 'name' | 'quantity' | 'unit' | 'timeUs' | 'value', Cell[]> = {
    ...{ per: [], owner: [], name: [], quantity: [], unit: [], timeUs: [], value: [] },
  };
  for (const { quantity, unit, per, owner } of series) {
    const { timeUs, values } = await samplesOf(source, { quantity, owner }, span);
    if (cells.value.length + values.length > MOST_ROWS)
      throw new Error(`this run has more than ${MOST_ROWS} samples: mooring sim --series-csv FILE writes them`);
    const name = names.get(`${per} ${owner}`) ?? null;
    for (const [i, value] of values.entries()) {
      cells.per.push(per);
      cells.owner.push(owner);
      cells.name.push(name);
      cells.quantity.push(quantity);
      cells.unit.push(unit);
      cells.timeUs.push(timeUs[i]!);
      cells.value.push(Number.isNaN(value) ? null : value);
    }
  }
  const of = (name: keyof typeof cells, type: FilledColumn['type'], nullable = false): FilledColumn => ({
    ...{ name, type, nullable, cells: cells[name] },
  });
  return writeParquet(
    [
      ...[of('per', 'text'), of('owner', 'integer'), of('name', 'text', true), of('quantity', 'text')],
      ...[of('unit', 'text'), of('timeUs', 'float'), of('value', 'float', true)],
    ],
    (page) => gzipSync(page, { level: 6 }),
    { schema: 'samples/1' },
  );
}
