/**
 * Which program has which uid, and which uids a datapath has been sent. An agent has its own; agents
 * in several threads that serve the same datapaths share one, since a datapath's program table is one
 * and an INSTALL of uid 1 empties it.
 */
export interface ProgramLedger {
  /** The uid of the program known by `key`, a new one (1, 2, 3 …) where there is none yet. */
  uidOf(key: string): number;
  /** Uids sent to `datapath` and not emptied since. */
  sentTo(datapath: string): readonly number[];
  /**
   * Whether the caller is the one to send `uid` to `datapath`; afterwards it counts as sent.
   * A shared ledger may hold others back until `settle`.
   */
  claim(datapath: string, uid: number): boolean;
  /** The claimed programs are on their way. */
  settle(): void;
  /** The datapath's table is empty, or about to be emptied by uid 1. */
  forget(datapath: string): void;
}

/** The ledger of an agent that has its datapaths to itself. */
export function createLedger(): ProgramLedger {
  const uids = new Map<string, number>();
  const sent = new Map<string, number[]>();
  const sentTo = (datapath: string) => sent.get(datapath) ?? [];
  return {
    uidOf(key) {
      const known = uids.get(key);
      if (known !== undefined) return known;
      uids.set(key, uids.size + 1);
      return uids.size;
    },
    sentTo,
    claim(datapath, uid) {
      const list = sentTo(datapath);
      if (list.includes(uid)) return false;
      sent.set(datapath, [...list, uid]);
      return true;
    },
    settle() {},
    forget: (datapath) => void sent.delete(datapath),
  };
}
