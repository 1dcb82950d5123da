import * as v from 'valibot';

/** See {@link MirrorState}. */
export const mirrorStateSchema = v.object({ fromUs: v.number(), state: v.string() });

/** A state of a mirror, in the testbed's words, from a time (µs since the Unix epoch) to the next one's. */
export type MirrorState = Readonly<v.InferOutput<typeof mirrorStateSchema>>;

/** Nobody could be asked: whether frames were mirrored then is not known. */
export const UNSEEN = 'Unknown';

/** A part of a capture in which its mirror did not mirror, as its testbed says. */
export interface MirrorGap {
  readonly startUs: number;
  readonly endUs: number;
  readonly state: string;
}

/** The states that cover a capture, the first from its start. What was before the first look is not known. */
export function statesWithin(seen: readonly MirrorState[], startUs: number, endUs: number): MirrorState[] {
  const within = seen.filter(({ fromUs }) => fromUs < endUs);
  const before = within.filter(({ fromUs }) => fromUs <= startUs).at(-1);
  const first = { fromUs: startUs, state: before?.state ?? UNSEEN };
  return [first, ...within.filter(({ fromUs }) => fromUs > startUs)];
}

/** Where a capture's mirror was not there: neither active nor out of sight. Empty for testbeds without such states. */
export function mirrorGaps(capture: {
  readonly endUs: number;
  readonly mirrorStates?: readonly MirrorState[] | undefined;
}): MirrorGap[] {
  const states = capture.mirrorStates ?? [];
  return states.flatMap(({ fromUs: startUs, state }, at) => {
    // While a lease is renewed a mirror is `ActiveTicketed` and goes on.
    if (state.startsWith('Active') || state === UNSEEN) return [];
    return [{ startUs, endUs: Math.min(capture.endUs, states[at + 1]?.fromUs ?? capture.endUs), state }];
  });
}
