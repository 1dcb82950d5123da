import type { PropertyGraph } from '../graph/index.js';
import type { Json } from '../python/index.js';

export type SliceStateName =
  | 'Nascent'
  | 'Configuring'
  | 'StableError'
  | 'StableOK'
  | 'Closing'
  | 'Dead'
  | 'Modifying'
  | 'ModifyOK'
  | 'ModifyError'
  | 'AllocatedOK'
  | 'AllocatedError';

/** One resource of a slice on its way: a node or a service. */
export interface Reservation {
  readonly id: string;
  /** NodeID in the slice's graph. */
  readonly nodeId: string;
  readonly kind: 'NodeSliver' | 'NetworkServiceSliver';
  readonly startMs: number;
  /** Reservations that must be there before this one is redeemed. */
  readonly after: readonly string[];
  endMs: number;
  state: 'Unknown' | 'Nascent' | 'Ticketed' | 'Active' | 'Closed' | 'Failed';
  pending: 'None_' | 'Redeeming' | 'ExtendingLease';
  join: 'NoJoin' | 'BlockedRedeem';
  error: string;
  /** What the last review of its ticket said. */
  review: string;
  closedMs: number | undefined;
  /** Leaves with the next step. */
  closing: boolean;
  /** The sliver as answers show it. */
  shown: Json;
}

/** A slice as the orchestrator keeps it. */
export interface Slice {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly ownerEmail: string | undefined;
  readonly projectId: string;
  readonly projectName: string | undefined;
  readonly startMs: number;
  endMs: number;
  state: SliceStateName;
  graphId: string;
  graph: PropertyGraph;
  reservations: Reservation[];
  /** Begins later: nothing is provisioned yet. */
  readonly future: boolean;
  /** A site could not give what was asked for: the next step gives all of that up. */
  refused?: boolean;
  /** The graph with what the orchestrator adds, which takes the place of the one sent with the first step. */
  pending?: PropertyGraph | undefined;
}

export const isStable = (state: SliceStateName) => state === 'StableOK' || state === 'StableError';
export const isModified = (state: SliceStateName) => state === 'ModifyOK' || state === 'ModifyError';
export const isAllocated = (state: SliceStateName) => state === 'AllocatedOK' || state === 'AllocatedError';
export const isGone = (state: SliceStateName) => state === 'Closing' || state === 'Dead';

/** A reservation's notice, which is there even while all is well. */
export function noticeOf(slice: Slice, { id, state, pending, error, review }: Reservation): string {
  const where = `Slice ${slice.name}(${slice.id}) Graph Id:${slice.graphId} Owner:${slice.ownerEmail}`;
  const told = error === '' ? ' ' : `, err=${error} `;
  const last = review === '' ? '' : ` (Last ticket update: ${review})`;
  return `Reservation ${id} (${where}) is in state (${state},${pending})${told}${last}`;
}
