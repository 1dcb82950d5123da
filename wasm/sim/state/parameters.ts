// What the host hands over for a part of a simulation: a block in `input`, an f64 for each column of
// spec/sim.json. A value the host does not give is NaN.
import { input } from '../../memory/index';

/** A value that has to be there. */
export function numberOf(column: u32): f64 {
  const value = at(column);
  if (Number.isNaN(value)) unreachable();
  return value;
}

export function numberOr(column: u32, otherwise: f64): f64 {
  const value = at(column);
  return Number.isNaN(value) ? otherwise : value;
}

export function wholeOf(column: u32): u32 {
  return <u32>numberOf(column);
}

export function choiceOf(column: u32): bool {
  return numberOf(column) != 0;
}

/** A time in µs, as nanoseconds. */
export function timeOf(column: u32): i64 {
  return nanoseconds(numberOf(column));
}

/** The address of a part made before. */
export function handleOf(column: u32): usize {
  return <usize>numberOf(column);
}

export function nanoseconds(us: f64): i64 {
  return <i64>nearest(us * 1000);
}

function at(column: u32): f64 {
  const offset = column << 3;
  if (offset + 8 > input.length) unreachable();
  return load<f64>(input.data + offset);
}
