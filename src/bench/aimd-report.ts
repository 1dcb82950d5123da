/** What a report of the built-in AIMD's program says in the benches, in the order of its fields. */
const FIELDS = { acked: 14_480, loss: 0, timeout: 0, used: 14_480, inflight: 14_480, rtt: 20_000 };

/** A report that AIMD answers with a window, as it does every round trip of a flow without losses. */
export const AIMD_REPORT: readonly number[] = Object.values(FIELDS);
