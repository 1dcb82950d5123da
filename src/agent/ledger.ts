/**
 * Which program has which uid, and which uids a datapath has been sent. An agent has its own; agents
 * in several threads that serve the same datapaths share one, since a datapath's program table is one
 * and an INSTALL of uid 1 empties it.
 */
export interface ProgramLedger {
  /** How many datapaths it can keep account of. */
  readonly capacity: number;
  /** Whether `datapath` is among them, or there is room for it. */
  admits(datapath: string): boolean;
  /** The uid of the program known by `key`, a new one (1, 2, 3 …) where there is none yet. */
  uidOf(key: string): number;
  keyOf(uid: number): string | undefined;
  /** Uids sent to `datapath` and not emptied since. */
  sentTo(datapath: string): readonly number[];
  /** Whether the caller is the one to send `uid` to `datapath`; afterwards it counts as sent. */
  claim(datapath: string, uid: number): boolean;
  /** The datapath's table is about to be emptied by uid 1, or the datapath is gone. */
  forget(datapath: string): void;
  /** The datapath said READY. */
  restarted(datapath: string): void;
  /** Counts how often `datapath` was forgotten: its flows need their programs again. */
  epochOf(datapath: string): number;
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
  const sentTo = (datapath: string) => sent.get(datapath) ?? [];
  const forget = (datapath: string) => {
    sent.delete(datapath);
    epochs.set(datapath, (epochs.get(datapath) ?? 0) + 1);
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
    claim(datapath, uid) {
      const list = sentTo(datapath);
      if (list.includes(uid)) return false;
      sent.set(datapath, [...list, uid]);
      return true;
    },
    forget,
    restarted: forget,
    epochOf: (datapath) => epochs.get(datapath) ?? 0,
  };
}
