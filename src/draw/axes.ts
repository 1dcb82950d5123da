import type { Theme } from '../palette/index.js';
import type { Unit } from '../run/index.js';
import type { Area, Mark } from './scene.js';
import { ticksOf, tickText } from './ticks.js';
import { BITS, scaledUnit, type Units } from './units.js';

const TEXT = 11;

/** A scale of values along a side of an area. */
export interface ValueScale {
  readonly low: number;
  readonly high: number;
  /** Pixels of a value, across or down. */
  readonly at: (value: number) => number;
  readonly quantity: string;
  readonly unit: Unit;
  readonly units?: Units;
  /** Values are told from here; 0 where not given. */
  readonly origin?: number;
  /** Each tick ten times the one before. */
  readonly log?: boolean;
}

/** Grid, ticks and the quantity at the left. */
export function upAxis(area: Area, scale: ValueScale, theme: Theme): Mark[] {
  const { at } = scale;
  const { ticks, said } = ticksAndWords(scale, area.height / (scale.log ? 20 : 36));
  return [
    ...ticks.flatMap(({ value, text }): Mark[] => [
      { kind: 'line', path: [area.x, at(value), area.x + area.width, at(value)], colour: theme.grid, width: 1 },
      { kind: 'text', x: area.x - 6, y: at(value) + 4, text, colour: theme.muted, size: TEXT, anchor: 'end' },
    ]),
    {
      ...{ kind: 'text', x: 11, y: area.y + area.height / 2, text: said, turned: true },
      ...{ colour: theme.muted, size: TEXT, anchor: 'middle' },
    },
  ];
}

/** The same below, for what is no time. */
export function acrossAxis(area: Area, scale: ValueScale, theme: Theme): Mark[] {
  const { at } = scale;
  const bottom = area.y + area.height;
  const { ticks, said } = ticksAndWords(scale, area.width / (scale.log ? 60 : 90));
  return [
    ...ticks.flatMap(({ value, text }): Mark[] => [
      { kind: 'line', path: [at(value), area.y, at(value), bottom], colour: theme.grid, width: 1 },
      { kind: 'text', x: at(value), y: bottom + 15, text, colour: theme.muted, size: TEXT, anchor: 'middle' },
    ]),
    {
      ...{ kind: 'text', x: area.x + area.width / 2, y: bottom + 30, text: said },
      ...{ colour: theme.muted, size: TEXT, anchor: 'middle' },
    },
  ];
}

interface Tick {
  readonly value: number;
  readonly text: string;
}

function ticksAndWords(scale: ValueScale, wanted: number): { readonly ticks: readonly Tick[]; readonly said: string } {
  const { low, high, quantity, unit, units = BITS, origin = 0, log = false } = scale;
  const { label, factor } = scaledUnit(unit, high - origin, units);
  const said = label === '' ? quantity : `${quantity}, ${label}`;
  if (log)
    return {
      ticks: logTicks(low * factor, high * factor, wanted).map((value) => ({
        value: value / factor,
        text: shortest(value),
      })),
      said,
    };
  const values = ticksOf((low - origin) * factor, (high - origin) * factor, Math.max(2, wanted));
  return { ticks: values.map((value) => ({ value: value / factor + origin, text: tickText(value, values) })), said };
}

/** Tens, with twos and fives between them where there is room; of less than a decade as of a linear scale. */
export function logTicks(low: number, high: number, wanted: number): number[] {
  if (!(low > 0) || !(high > low)) return [low];
  const decades = Math.log10(high / low);
  if (decades < 1) return ticksOf(low, high, Math.max(2, wanted));
  const steps = decades * 3 <= wanted ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1)
    for (const step of steps) {
      const value = step * 10 ** power;
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) ticks.push(value);
    }
  return ticks;
}

function shortest(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
