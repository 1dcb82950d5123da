import { drawnPoints, type SweepPoint } from '../../draw/index.js';
import { type PackedTexts, unpackFloats, unpackTexts } from '../../packed/index.js';
import { append } from '../dom.js';
import { drawSweep } from '../plots/sweep.js';
import { showRows } from './rows.js';

/** A sweep or a comparison, its points and tables column by column: there may be a hundred thousand runs. */
export interface SweepData {
  /** What the points tell the 95th percentile of. */
  readonly delay: string;
  readonly points: {
    readonly group: PackedTexts;
    readonly p95DelayUs: string;
    readonly throughputBytesPerSecond: string;
  };
  readonly tables: readonly {
    readonly title: string;
    readonly columns: readonly { readonly name: string; readonly cells: PackedTexts }[];
  }[];
}

/** The points in a plane, and the tables under them. */
export function showSweep(parent: HTMLElement, { delay, points: packed, tables }: SweepData): void {
  const group = unpackTexts(packed.group);
  const delays = unpackFloats(packed.p95DelayUs);
  const rates = unpackFloats(packed.throughputBytesPerSecond);
  const points = Array.from(
    delays,
    (p95DelayUs, row): SweepPoint => ({
      group: group.at(row) ?? '',
      p95DelayUs,
      throughputBytesPerSecond: rates[row]!,
    }),
  );
  const drawn = drawnPoints(points);
  drawSweep(append(parent, 'div', 'plots wide'), delay, points);
  if (drawn.length < points.length) {
    const [some, all] = [drawn, points].map(({ length }) => length.toLocaleString('en'));
    append(
      parent,
      'p',
      'about',
      `${all} runs; of those that fall on one place of the picture one is drawn, picked at random: ${some}.`,
    );
  }
  for (const { title, columns } of tables) {
    append(parent, 'h2', '', title);
    const cells = columns.map((column) => unpackTexts(column.cells));
    showRows(
      parent,
      title,
      columns.map(({ name }) => name),
      {
        length: cells[0]?.length ?? 0,
        widths: columns.map((column) => column.cells.texts.reduce((most, text) => Math.max(most, text.length), 0)),
        row: (at) => cells.map((column) => column.at(at) ?? ''),
      },
    );
  }
}
