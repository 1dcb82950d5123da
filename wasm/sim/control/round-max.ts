// The greatest value measured in the last so many rounds, a slot for each, as a ring.
@unmanaged
export class RoundMax {
  length: u32 = 0;
  round: u32 = 0;
  at: u32 = 0;
  unused: u32 = 0;
}

const SLOTS: usize = 10;
/** Its head and ten slots. */
export const ROUND_MAX_BYTES: usize = 16 + SLOTS * 8;

/** In a block of ROUND_MAX_BYTES at `at`. */
export function startRoundMax(at: usize, length: u32): RoundMax {
  memory.fill(at, 0, ROUND_MAX_BYTES);
  const filter = changetype<RoundMax>(at);
  filter.length = length;
  return filter;
}

export function addToRound(filter: RoundMax, round: u32, value: f64): void {
  for (let passed = min<u32>(round - filter.round, filter.length); passed > 0; passed--) {
    filter.at = filter.at + 1 == filter.length ? 0 : filter.at + 1;
    store<f64>(slotOf(filter, filter.at), 0);
  }
  filter.round = round;
  const slot = slotOf(filter, filter.at);
  if (value > load<f64>(slot)) store<f64>(slot, value);
}

export function greatest(filter: RoundMax): f64 {
  let best: f64 = 0;
  for (let i: u32 = 0; i < filter.length; i++) best = max<f64>(best, load<f64>(slotOf(filter, i)));
  return best;
}

function slotOf(filter: RoundMax, index: u32): usize {
  return changetype<usize>(filter) + 16 + ((<usize>index) << 3);
}
