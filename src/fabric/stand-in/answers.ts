import { writeServerCytoscape, writeServerGraphml, writeServerNodeLink } from '../graph/index.js';
import { formatLeaseTime, type Json } from '../python/index.js';
import { noticeOf, type Reservation, type Slice } from './slice.js';
import { withChanges } from './slivers.js';

/** A slice as answers show it; what has no value is left out. */
export function shownSlice(slice: Slice, model?: string): Json {
  return present({
    slice_id: slice.id,
    name: slice.name,
    graph_id: slice.graphId,
    state: slice.state,
    owner_email: slice.ownerEmail,
    owner_user_id: slice.ownerId,
    lease_start_time: formatLeaseTime(slice.startMs),
    lease_end_time: formatLeaseTime(slice.endMs),
    project_id: slice.projectId,
    project_name: slice.projectName,
    model,
  });
}

/** A reservation as a list of slivers shows it. */
export function shownSliver(slice: Slice, reservation: Reservation): Json {
  const { closedMs } = reservation;
  return present({
    ...requested(slice, reservation),
    state: reservation.state,
    pending_state: reservation.pending,
    join_state: reservation.join,
    notice: noticeOf(slice, reservation),
    closed_at: closedMs === undefined ? undefined : formatLeaseTime(closedMs),
  });
}

/** A reservation as the answer to create or modify shows it: nothing is known of its state yet. */
export function requestedSliver(slice: Slice, reservation: Reservation): Json {
  return present({ ...requested(slice, reservation), state: 'Unknown', pending_state: 'None_' });
}

function requested(slice: Slice, reservation: Reservation): Record<string, Json> {
  return {
    slice_id: slice.id,
    sliver_id: reservation.id,
    graph_node_id: reservation.nodeId,
    sliver_type: reservation.kind,
    sliver: reservation.shown,
    lease_start_time: formatLeaseTime(reservation.startMs),
    lease_end_time: formatLeaseTime(reservation.endMs),
  };
}

function present(all: Readonly<Record<string, Json | undefined>>): Json {
  return Object.fromEntries(Object.entries(all).filter((each): each is [string, Json] => each[1] !== undefined));
}

/** A slice's graph in the format asked for; as node-link JSON it has gone through another store, and has its GraphID. */
export function modelOf({ graph }: Slice, format: string, newId: () => string): string | undefined {
  if (format === 'NONE') return undefined;
  if (format === 'CYTOSCAPE') return writeServerCytoscape(graph);
  if (format !== 'JSON_NODELINK') return writeServerGraphml(graph);
  const graphId = newId();
  return writeServerNodeLink(withChanges(graph, new Map(graph.nodes.map(({ id }) => [id, { GraphID: graphId }]))));
}
