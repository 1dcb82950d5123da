// Machines are shared, so work is timed in chunks of a few milliseconds: the minimum says what the
// code costs, the median what a busy machine made of it.

/** Cost of one of `perChunk` operations, in the unit asked for. */
export interface Timing {
  readonly min: number;
  readonly median: number;
}

/** Runs `chunk` `chunks` times after `warmUp` runs that do not count; nanoseconds per operation. */
export function timeChunks(chunk: () => void, perChunk: number, chunks: number, warmUp: number): Timing {
  for (let run = 0; run < warmUp; run += 1) chunk();
  const costs: number[] = [];
  for (let run = 0; run < chunks; run += 1) costs.push(timeOnce(chunk) / perChunk);
  return summarise(costs);
}

/** Nanoseconds `work` takes. */
export function timeOnce(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start);
}

export function summarise(costs: number[]): Timing {
  return { min: Math.min(...costs), median: median(costs) };
}

/** The middle of the values, or the greater of the two there. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Three significant digits are more than a shared machine gives. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
