import { type Units, valueText } from '../../draw/index.js';
import type { MeasureUnit } from '../../sweep/index.js';

/** A mean with half of its 95 % interval, where there is one. */
export function estimateText(mean: number | null, ci95: number | null, unit: MeasureUnit, units: Units): string {
  return `${valueText(mean, unit, units)}${ci95 === null ? '' : ` ± ${valueText(ci95, unit, units)}`}`;
}

export function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
