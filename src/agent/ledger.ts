/**
 * Which program has which uid, and which uids a datapath has been sent. An agent has its own; agents
 * in several threads that serve the same datapaths share one, since a datapath's program table is one
 * and an INSTALL of uid 1 empties it.
 */
export interface ProgramLedger {
  /** How many datapaths it can keep account of. */
  readonly capacity: number;
  /** Whether `address` is among them, or there is room for it: that of a datapath without flows counts as room. */
  admits(address: string): boolean;
  /** The uid of the program known by `key`, a new one (1, 2, 3 …) where there is none yet. */
  uidOf(key: string): number;
  keyOf(uid: number): string | undefined;
  /** Uids sent to `address` and not emptied since. */
  sentTo(address: string): readonly number[];
  /** Whether the caller is the one to send `uid` to `address`; afterwards it counts as sent. */
  claim(address: string, uid: number): boolean;
  /** The datapath's table is about to be emptied by uid 1, or the datapath is gone. */
  forget(address: string): void;
  /** The datapath said READY. */
  restarted(address: string): void;
  /** Whether the caller has flows of `address`: such a datapath is not given up for another. */
  holds(address: string, flows: boolean): void;
  /** Nothing of the datapath is kept any more. */
  release(address: string): void;
  /** Counts how often `address` was forgotten: its flows need their programs again. */
  epochOf(address: string): number;
}

/**
 * The ledger of an agent that has its datapaths to itself.
 *
 * @example
 * ```ts
 * const ledger = createLedger();
 * ledger.uidOf('a'); // 1
 * ledger.claim('/tmp/ccp/dp', 1); // true, and false from then on
 * ```
 */
export function createLedger(): ProgramLedger {
  const uids = new Map<string, number>();
  const keys: string[] = [];
  const sent = new Map<string, number[]>();
  const epochs = new Map<string, number>();
  const sentTo = (address: string) => sent.get(address) ?? [];
  const forget = (address: string) => {
    sent.delete(address);
    epochs.set(address, (epochs.get(address) ?? 0) + 1);
  };
  return {
    capacity: Number.POSITIVE_INFINITY,
    admits: () => true,
    uidOf(key) {
      const known = uids.get(key);
      if (known !== undefined) return known;
      uids.set(key, keys.push(key));
      return keys.length;
    },
    keyOf: (uid) => keys[uid - 1],
    sentTo,
    claim(address, uid) {
      const list = sentTo(address);
      if (list.includes(uid)) return false;
      sent.set(address, [...list, uid]);
      return true;
    },
    forget,
    restarted: forget,
    holds: () => {},
    release(address) {
      sent.delete(address);
      epochs.delete(address);
    },
    epochOf: (address) => epochs.get(address) ?? 0,
  };
}
