import type { Run } from './model.js';
import type { Point, SeriesColumns } from './query.js';

/** The run as if it had begun `us` later; packets are left out. So that runs of different beginnings lie over one another. */
export function shifted(run: Run, us: number): Run {
  const { source, sequence: _, limits, ...rest } = run;
  const moved = (point: Point | null): Point | null => point && { ...point, timeUs: point.timeUs + us };
  const later = (at: number | null): number | null => (at === null ? null : at + us);
  return {
    ...rest,
    span: { fromUs: run.span.fromUs + us, toUs: run.span.toUs + us },
    flows: run.flows.map((flow) => ({ ...flow, startUs: later(flow.startUs), endUs: later(flow.endUs) })),
    ...(limits ? { limits: limits.map((one) => ({ ...one, fromUs: one.fromUs + us, toUs: one.toUs + us })) } : {}),
    source: {
      async query(query) {
        const found = await source.query({ ...query, fromUs: query.fromUs - us, toUs: query.toUs - us });
        return found && movedColumns(found, us, moved);
      },
      async events(query) {
        const found = await source.events({ ...query, fromUs: query.fromUs - us, toUs: query.toUs - us });
        return { ...found, timeUs: found.timeUs.map((at) => at + us) };
      },
      at: async (quantity, owner, atUs) => moved(await source.at(quantity, owner, atUs - us)),
      async beside(quantity, owner, atUs) {
        const { before, after } = await source.beside(quantity, owner, atUs - us);
        return { before: moved(before), after: moved(after) };
      },
    },
  };
}

function movedColumns(columns: SeriesColumns, us: number, moved: (point: Point | null) => Point | null): SeriesColumns {
  return {
    ...columns,
    fromUs: columns.fromUs + us,
    toUs: columns.toUs + us,
    lastUs: columns.lastUs.map((at) => at + us),
    before: moved(columns.before),
    after: moved(columns.after),
  };
}
