import { ERROR, MooringError } from '../../base/index.js';

/** Options of an algorithm: numbers, each within bounds. Throws MOORING_ERR_BAD_ARGUMENT. */
export function checkNumbers(
  options: Readonly<Record<string, unknown>>,
  bounds: Readonly<Record<string, readonly [least: number, most: number]>>,
): void {
  for (const [argument, value] of Object.entries(options)) {
    const range = bounds[argument];
    if (value === undefined || !range) continue;
    const [least, most] = range;
    if (typeof value === 'number' && value >= least && value <= most) continue;
    throw new MooringError(
      ERROR.MOORING_ERR_BAD_ARGUMENT,
      `${argument} is ${String(value)}: give a number from ${least} to ${most}.`,
      { argument, value },
    );
  }
}
