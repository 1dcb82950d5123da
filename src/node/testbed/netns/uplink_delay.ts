import { refuse } from '../driver.js';
import type { TestbedState } from './state.js';
import type { CableEnd } from './switches.js';

/** A cable with a one-way delay (µs) in both directions. */
export async function layRelay(
  _state: TestbedState,
  ends: readonly [CableEnd, CableEnd],
  _delayUs: number,
  _index: number,
): Promise<void> {
  throw refuse({
    class: 'configuration',
    scope: 'site',
    reason: `the uplink ${ends[0].alias} – ${ends[1].alias} wants a delay, which needs the helper`,
  });
}

/** Ends the relays of a testbed. */
export async function endRelays(_state: TestbedState): Promise<void> {}
