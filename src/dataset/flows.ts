import type { CaptureAnalysis, Connection, DirectionColumn, DirectionSummary } from '../capture/index.js';
import { DIRECTION_COLUMNS } from '../generated/capture.js';
import { addRow, type Cell, type ColumnOf, columnsOf, emptyColumns, finite, type TableColumns } from './columns.js';

type HeadName = Exclude<ColumnOf<'flows'>, DirectionColumn>;
type Sides = 'forward' | 'backward';

/** The rows of `flows`: each connection's two directions. */
export function flowRows(capture: string, analysis: CaptureAnalysis): TableColumns<'flows'> {
  const { connections } = analysis;
  const rows = emptyColumns('flows');
  const figures = {
    forward: new Map(DIRECTION_COLUMNS.map((name) => [name, connections.column('forward', name)])),
    backward: new Map(DIRECTION_COLUMNS.map((name) => [name, connections.column('backward', name)])),
  };
  // Subflows that the other side opened.
  const reversed = new Set(
    analysis.multipath.connections.flatMap(({ subflows }) =>
      subflows.filter((one) => one.reversed).map(({ connection }) => connection),
    ),
  );
  let at = 0;
  for (const connection of connections) {
    const isReversed = reversed.has(connection.number);
    for (const side of ['forward', 'backward'] as const) {
      const of = (name: DirectionColumn): number => figures[side].get(name)![at]!;
      addRow<'flows'>(rows, { ...head(capture, connection, side, isReversed), ...direction(of, connection[side]) });
    }
    at += 1;
  }
  return rows;
}

function head(capture: string, c: Connection, side: Sides, reversed: boolean): Record<HeadName, Cell> {
  const [from, to] = side === 'forward' ? (['src', 'dst'] as const) : (['dst', 'src'] as const);
  const d = c[side];
  return {
    capture,
    flow: c.number,
    direction: side,
    src: c[from],
    srcPort: c[`${from}Port`],
    dst: c[to],
    dstPort: c[`${to}Port`],
    startUs: finite(c.startUs),
    endUs: finite(c.endUs),
    complete: c.complete,
    ending: c.ending,
    vantage: c.vantage === 'unknown' ? null : c.vantage,
    vlan: c.vlan ?? null,
    encapsulations: c.encapsulations.join(',') || null,
    tenantKind: c.tenant?.kind ?? null,
    tenantId: c.tenant?.id ?? null,
    interfaceId: c.interfaceId,
    multipath: c.multipath,
    multipathDirection: c.multipath === null ? null : reversed !== (side === 'forward') ? 'forward' : 'backward',
    throughputBytesPerSecond: d.throughputBytesPerSecond,
    goodputBytesPerSecond: d.goodputBytesPerSecond,
    lostHere: d.lost.here,
    lostBeforeHere: d.lost.beforeHere,
  };
}

const COLUMNS = new Map(columnsOf('flows').map((column) => [column.name, column]));

// A row of numbers says −1, or 0 of nothing, where nothing is known.
function direction(of: (name: DirectionColumn) => number, summary: DirectionSummary): Record<DirectionColumn, Cell> {
  const cell = (name: DirectionColumn): Cell => {
    if (name === 'ecnMode') return summary.ecn.mode === 'unknown' ? null : summary.ecn.mode;
    const column = COLUMNS.get(name)!;
    const value = of(name);
    if (!column.nullable) return value;
    if (column.of !== null && of(column.of as DirectionColumn) === 0) return null;
    if (value === -1) return null;
    return column.type === 'boolean' ? value === 1 : finite(value);
  };
  return Object.fromEntries(DIRECTION_COLUMNS.map((name) => [name, cell(name)])) as Record<DirectionColumn, Cell>;
}
