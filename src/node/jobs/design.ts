import { createRng, ERROR, MooringError } from '../../base/index.js';
import type { Overrides } from '../../sweep/index.js';
import { type Axis, isRange } from './axis.js';
import { sobolUnit } from './sobol.js';

/** Points that fill the space of the axes evenly, where the full grid would be too many. */
export interface Design {
  readonly kind: 'lhs' | 'sobol';
  readonly points: number;
  /** Which of the designs of this kind. */
  readonly seed: number;
}

const MAX_POINTS = 1_000_000;

/** `lhs:200`, `sobol:256`; a seed may follow, `sobol:256:7`, 1 where none does. Throws MOORING_ERR_BAD_ARGUMENT. */
export function parseDesign(text: string): Design {
  const [, kind, points, seed = '1'] = /^(lhs|sobol):(\d{1,9})(?::(\d{1,9}))?$/.exec(text) ?? [];
  const count = Number(points);
  if (kind === undefined || !(count >= 1 && count <= MAX_POINTS))
    throw refused(`--design wants lhs:N or sobol:N with N from 1 to ${MAX_POINTS}, not "${text}"`);
  return { kind: kind as Design['kind'], points: count, seed: Number(seed) };
}

/** The combination of each point of a design. The first N points of a Sobol design of more are those of one of N. */
export function designPoints(design: Design, axes: readonly Axis[]): (at: number) => Overrides {
  if (axes.length === 0) throw refused('--design draws values of what --sweep varies: give one');
  const unitOf = design.kind === 'sobol' ? sobolUnits(design) : hypercubeUnits(design, axes.length);
  return (at) => Object.fromEntries(axes.map((axis, dimension) => [axis.key, valueAt(axis, unitOf(at, dimension))]));
}

function sobolUnits({ seed }: Design) {
  return (at: number, dimension: number): number => sobolUnit(at, dimension, seed);
}

/**
 * McKay, Beckman and Conover (Technometrics 21, 1979): each axis is cut into as many strata as there are points, each point
 * lies in a stratum of its own of every axis, anywhere in it.
 */
function hypercubeUnits({ points, seed }: Design, dimensions: number) {
  const rng = createRng(seed);
  const axes = Array.from({ length: dimensions }, () => {
    const strata = Float64Array.from({ length: points }, (_, at) => at);
    // Fisher and Yates.
    for (let at = points - 1; at > 0; at -= 1) {
      const other = rng.nextBelow(at + 1);
      const held = strata[at]!;
      strata[at] = strata[other]!;
      strata[other] = held;
    }
    return strata.map((stratum) => (stratum + rng.nextUnit()) / points);
  });
  return (at: number, dimension: number): number => axes[dimension]![at]!;
}

/** `unit` in [0, 1) as a value of the axis. */
function valueAt(axis: Axis, unit: number): string {
  if (!isRange(axis)) return axis.values[Math.floor(unit * axis.values.length)]!;
  const { low, high, isLog, isWhole } = axis;
  // Each whole number gets an equal share, the last too.
  const end = isWhole ? high + 1 : high;
  const value = isLog ? low * (end / low) ** unit : low + unit * (end - low);
  return `${isWhole ? Math.min(high, Math.floor(value)) : shortNumber(value)}${axis.unit}`;
}

/** Six digits, without an exponent: units are read after plain numbers. */
function shortNumber(value: number): string {
  const rounded = Number(value.toPrecision(6));
  return rounded >= 1e-6 ? String(rounded) : rounded.toFixed(15).replace(/\.?0+$/, '');
}

function refused(message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument: 'design' });
}
