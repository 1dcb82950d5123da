// How long a session waits for each answer, and how often it tries. Microseconds.
export const SECOND_US = 1e6;
export const PREPARE_US = 120 * SECOND_US;
export const RECOVER_US = 60 * SECOND_US;
export const DRAIN_US = 60 * SECOND_US;
export const RELEASE_US = 300 * SECOND_US;
/** A capture that has not ended this long after its window is stopped. */
export const OVERSTAY_US = 30 * SECOND_US;
/** How often a step is tried in all. */
export const ATTEMPTS = 3;
/** Captures of one mirror that may fail in a row. */
export const MISSES = 3;
