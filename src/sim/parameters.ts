import { type SimInstance, writeInput } from '../core/index.js';

// How numbers are handed to the engine: a block of f64 in its memory, one for each column that spec/sim.json
// names. TypeScript writes by name, WebAssembly reads by the generated number of the same name.

/** A choice is 1 or 0; null is a value not given, which the engine sees as NaN. */
type Value = number | boolean | null;

/** Of a union: every key some member has. */
type Keys<Values> = Values extends unknown ? keyof Values : never;

/** Refuses at compile time what has no column: a parameter must not get lost on the way. */
type OnlyColumns<Values, Names extends readonly string[]> = [Exclude<Keys<Values>, Names[number]>] extends [never]
  ? unknown
  : { readonly missingInSpec: Exclude<Keys<Values>, Names[number]> };

/** Writes the block for the call that comes next. */
export function writeParameters<Names extends readonly string[], Values extends Readonly<Record<string, Value>>>(
  sim: SimInstance,
  names: Names,
  values: Values & OnlyColumns<Values, Names>,
): void {
  const block = Float64Array.from(names, (name) => {
    const value: Value | undefined = values[name];
    return value === undefined || value === null ? Number.NaN : Number(value);
  });
  writeInput(sim, new Uint8Array(block.buffer));
}

/** Writes the block and gives the handle of what `make` makes of it. Handles are addresses, so unsigned. */
export function create<Names extends readonly string[], Values extends Readonly<Record<string, Value>>>(
  sim: SimInstance,
  names: Names,
  values: Values & OnlyColumns<Values, Names>,
  make: () => number,
): number {
  writeParameters(sim, names, values);
  return make() >>> 0;
}
