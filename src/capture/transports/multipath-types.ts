// What is said of Multipath TCP (RFC 8684). Times are µs since the first packet of the capture.

/** Multipath TCP connections of a capture. */
export interface MultipathAnalysis {
  /** In order of their first packets. */
  readonly connections: readonly MultipathConnection[];
  /** Subflows beyond those kept apart: they are TCP connections like others, and joined with nothing. */
  readonly subflowsDropped: number;
}

/**
 * How a connection stands: keys were exchanged and data is mapped; keys were exchanged and none was mapped yet; the other
 * side answered without the option; it went on as plain TCP (MP_FAIL, an infinite mapping, data without one); it began
 * before the capture.
 */
export type MultipathStatus = 'established' | 'begun' | 'refused' | 'fallback' | 'midway';

/** One Multipath TCP connection: the subflows that carry it. */
export interface MultipathConnection {
  /** 1, 2, … */
  readonly number: number;
  /** Of the protocol; null where no MP_CAPABLE is in the capture. */
  readonly version: number | null;
  readonly status: MultipathStatus;
  /** What subflows name the side by that opened the connection, and the other: 32 bits; null where no key was seen. */
  readonly srcToken: number | null;
  readonly dstToken: number | null;
  /** In order of their first packets; the initial one first, where it is in the capture. */
  readonly subflows: readonly MultipathSubflow[];
  /** What was sent by the side that opened the connection. */
  readonly forward: MultipathDirection;
  readonly backward: MultipathDirection;
}

/** A TCP connection that carries a part of a Multipath TCP connection. */
export interface MultipathSubflow {
  /** `Connection.number` of the TCP connection. */
  readonly connection: number;
  /** The first one (MP_CAPABLE), one that joined (MP_JOIN), or one whose begin is not in the capture. */
  readonly kind: 'initial' | 'join' | 'midway';
  /** It was opened by the side that did not open the connection: its forward direction is the other's backward. */
  readonly reversed: boolean;
  /** Asked for as a backup, by MP_JOIN or MP_PRIO, last of all. */
  readonly backup: boolean;
  /** Of the side that opened the subflow, and of the other (RFC 8684 3.2); null where not seen. */
  readonly srcAddressId: number | null;
  readonly dstAddressId: number | null;
  /** Both sides proved that they have the keys; null where the capture lacks what it takes to tell. */
  readonly authentic: boolean | null;
  /** Why a side reset the subflow (MP_TCPRST, RFC 8684 3.6); null where none said so. */
  readonly resetReason: MultipathResetReason | null;
  /** Payload, each byte once, of the subflow's `forward` and `backward`; null where its row was not kept. */
  readonly forwardBytes: number | null;
  readonly backwardBytes: number | null;
}

/** spec: RFC 8684 3.6 */
export type MultipathResetReason =
  | 'unspecified'
  | 'protocol'
  | 'resources'
  | 'prohibited'
  | 'outstanding-data'
  | 'performance'
  | 'middlebox'
  | 'unknown';

/** What one side of a Multipath TCP connection sent over all subflows. */
export interface MultipathDirection {
  /** Payload of all subflows, each byte of a subflow once; null where a row of one was not kept. */
  readonly subflowBytes: number | null;
  /** Data of the connection, by its own sequence numbers: each byte once; null where no mapping was seen. */
  readonly dataBytes: number | null;
  /**
   * Data sent on more than one subflow, at least: `subflowBytes` − `dataBytes`; null where one of them is, and less than
   * it was where the capture lacks packets.
   */
  readonly reinjectedBytes: number | null;
  /** Data acknowledged by DATA_ACK; null where none was seen, or where its begin is not known. */
  readonly ackedBytes: number | null;
  /** The end of the data was said (DATA_FIN). */
  readonly finished: boolean;
  /** Addresses it offered and took back, in order. */
  readonly addresses: readonly MultipathAddress[];
  /** How often each option was sent, segments sent again included. */
  readonly options: Readonly<Record<MultipathOptionName, number>>;
}

/** An address that a side offered (ADD_ADDR), or one that it took back (REMOVE_ADDR). */
export interface MultipathAddress {
  readonly id: number;
  /** Null where it was only taken back. */
  readonly address: string | null;
  readonly port: number | null;
  readonly removed: boolean;
}

/** Options by their subtypes; `malformed` those that cannot be read. */
export type MultipathOptionName =
  | 'mpCapable'
  | 'mpJoin'
  | 'dss'
  | 'addAddr'
  | 'removeAddr'
  | 'mpPrio'
  | 'mpFail'
  | 'mpFastclose'
  | 'mpTcprst'
  | 'other'
  | 'malformed';
