import { append, appendTable } from '../dom.js';
import { createChart } from '../plots/chart.js';

/** A paper's figures made again: what a page of them carries. */
export interface FiguresData {
  readonly figures: readonly {
    readonly title: string;
    readonly setup: string;
    readonly findings: readonly {
      readonly what: string;
      readonly paper: string;
      readonly ours: string;
      readonly verdict: string;
      readonly why: string;
    }[];
    readonly charts: readonly {
      readonly title: string;
      readonly xLabel: string;
      readonly yLabel: string;
      readonly x: readonly number[];
      readonly xNames?: readonly string[];
      readonly curves: readonly {
        readonly label: string;
        readonly values: readonly (number | null)[];
        readonly shape?: 'line' | 'points' | 'steps';
      }[];
    }[];
    readonly skipped: readonly string[];
  }[];
}

const COLUMNS = ['what', 'paper', 'ours', 'verdict', 'why'];

/** Each figure: what stands in for the paper's setup, its numbers beside ours, its charts. */
export function showFigures(parent: HTMLElement, { figures }: FiguresData): void {
  for (const { title, setup, findings, charts, skipped } of figures) {
    append(parent, 'h2', '', title);
    append(parent, 'p', 'about', setup);
    const rows = findings.map(({ what, paper, ours, verdict, why }) => [what, paper, ours, verdict, why]);
    if (rows.length > 0) appendProse(parent, rows);
    for (const reason of skipped) append(parent, 'p', 'about', `Not measured here: ${reason}`);
    const plots = append(parent, 'div', 'plots');
    for (const { x, curves, ...labels } of charts) createChart(plots, labels).show(x, curves);
  }
}

function appendProse(parent: HTMLElement, rows: readonly (readonly string[])[]): void {
  const table = appendTable(parent, COLUMNS, rows);
  table.classList.add('prose');
  // Where the columns do not fit, each cell says what it is.
  for (const row of table.tBodies[0]!.rows)
    for (const cell of row.cells) cell.dataset['column'] = COLUMNS[cell.cellIndex]!;
}
