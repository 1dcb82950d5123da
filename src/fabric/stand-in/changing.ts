import { type GraphNode, type PropertyGraph, textOf } from '../graph/index.js';
import { importGraph, SliceGraph, validateSlice } from '../model/index.js';
import type { Json } from '../python/index.js';
import { modelOf, requestedSliver, shownSlice } from './answers.js';
import { authorized, authorizedTo, resourcesOf, type TokenClaims } from './authorization.js';
import { buildReservations } from './builder.js';
import { type Context, claimsOf, fileName, orRefuse } from './context.js';
import { type HttpAnswer, refuse, success } from './exchange.js';
import { diffOf, reservationIdOf, type TopologyDiff } from './graph-diff.js';
import { checkWindow, leaseEnd, leaseTime } from './lease.js';
import { isAllocated, isGone, isModified, isStable, type Reservation, type Slice } from './slice.js';
import { withChanges } from './slivers.js';
import { pruned } from './world.js';

const MAINTENANCE = 'Testbed is in maintenance mode: Create, Modify and Renew Slice(s) are disabled!';

/** What FIM makes of a text, and what putting it into the store finds. Only a create keeps what checking fills in. */
function storedGraph(text: string, context: Context, filledIn: boolean): PropertyGraph {
  const graph = orRefuse(() => {
    const sent = importGraph(text, fileName(context.newId));
    const checked = validateSlice(sent);
    return filledIn ? checked : sent;
  });
  // The store reads each node's class anew.
  if (graph.nodes.some(({ properties }) => !properties.has('Class'))) {
    refuse(500, "'NoneType' object has no attribute 'text'");
  }
  return graph;
}

/** Lets a graph through that the policy has nothing against. */
function authorizeGraph(context: Context, graph: PropertyGraph, endMs?: number): TokenClaims {
  const claims = claimsOf(context);
  const resources = orRefuse(() => resourcesOf(new SliceGraph(graph, 'respected')));
  const lifetimeS = endMs === undefined ? undefined : Math.trunc((endMs - context.nowMs) / 1000);
  // A lease that ends before it begins fails an assertion.
  if (lifetimeS !== undefined && lifetimeS <= 0 && claims.projects.length > 0) refuse(500, '');
  return authorized(claims, (tags) => ({ action: 'create', tags, lifetimeS, ...resources }));
}

function checkMaintenance({ world }: Context, graph: PropertyGraph, reservations: readonly Reservation[]): void {
  if (world.maintenance.testbed) refuse(500, MAINTENANCE);
  const slice = new SliceGraph(graph, 'respected');
  for (const { nodeId, kind } of reservations) {
    if (kind !== 'NodeSliver') continue;
    const node = slice.byId(nodeId);
    const site = node && textOf(node.properties, 'Site');
    const state = site && world.maintenance.sites.get(site);
    if (state !== undefined) refuse(500, `Site ${site} in ${state}`);
  }
}

export function createSlice(context: Context): HttpAnswer {
  const { world, query, nowMs, newId } = context;
  const body = context.body as { readonly graph_model: string };
  const startMs = leaseTime(query['lease_start_time'], nowMs);
  const endMs = leaseTime(query['lease_end_time'], nowMs);
  const hours = Number(query['lifetime']);
  checkWindow(startMs, endMs, hours, nowMs);
  const claims = claimsOf(context);
  const leaseMs = leaseEnd(claims, endMs, hours, nowMs, world.longestLeaseMs);
  const graph = storedGraph(body.graph_model, context, true);
  authorizeGraph(context, graph, leaseMs);
  const name = String(query['name']);
  const project = claims.projects[0]!;
  const namesakes = world.slices.filter(
    (each) => each.name === name && each.ownerId === claims.uuid && each.projectId === project.uuid,
  );
  if (namesakes.some(({ state }) => !isGone(state))) refuse(500, `Slice ${name} already exists`);
  const id = newId();
  const slice = new SliceGraph(graph, 'respected');
  const built = orRefuse(
    () =>
      buildReservations(
        graph,
        slice.of('NetworkNode'),
        slice.of('NetworkService'),
        new Map(),
        { startMs: nowMs, endMs: leaseMs },
        newId,
      ),
    'Failure to build Slivers: ',
  );
  checkMaintenance(context, graph, built.reservations);
  const future = startMs !== undefined && endMs !== undefined && hours > 0;
  const graphId = newId();
  const made: Slice = {
    id,
    name,
    ownerId: claims.uuid,
    ownerEmail: claims.email,
    projectId: project.uuid,
    projectName: project.name,
    startMs: nowMs,
    endMs: leaseMs,
    state: 'Configuring',
    graphId,
    graph: withGraphId(graph, graphId),
    reservations: [...built.reservations],
    future,
    pending: future ? undefined : withGraphId(built.graph, graphId),
  };
  if (future) for (const each of made.reservations) withoutInfo(each);
  const answer = success(
    'slivers',
    made.reservations.map((each) => requestedSliver(made, each)),
  );
  if (future) made.reservations = [];
  world.slices.push(made);
  return answer;
}

// What waits for its time is not in the database yet.
function withoutInfo(reservation: Reservation): void {
  const { ReservationInfo: _, ...shown } = reservation.shown as { readonly [name: string]: Json };
  reservation.shown = shown;
}

function withGraphId(graph: PropertyGraph, graphId: string): PropertyGraph {
  return withChanges(graph, new Map(graph.nodes.map(({ id }) => [id, { GraphID: graphId }])));
}

export function modifySlice(context: Context): HttpAnswer {
  const { world, path, newId, nowMs } = context;
  const slice = world.slice(path['slice_id']!);
  if (slice === undefined) return refuse(404, 'User# has no Slices');
  if (!isStable(slice.state)) {
    refuse(500, `Unable to modify Slice# ${slice.id} that is not yet stable, try again later`);
  }
  const graph = storedGraph(context.request.body, context, false);
  const claims = claimsOf(context);
  authorizedTo(claims, 'modify');
  authorizeGraph(context, graph);
  const diff = orRefuse(() => diffOf(slice.graph, graph));
  const { added, removed, changed } = orRefuse(() => planned(slice, graph, diff, nowMs, newId));
  checkMaintenance(context, graph, added.reservations);
  const updates = added.reservations.length + removed.length + changed.length > 0;
  if (diff.any && (updates || diff.userDataChanged)) {
    slice.graphId = newId();
    slice.graph = withGraphId(added.graph, slice.graphId);
  }
  if (updates) {
    for (const each of slice.reservations) if (removed.includes(each.id)) each.closing = true;
    slice.reservations.push(...added.reservations);
    slice.state = 'Modifying';
  }
  return success(
    'slivers',
    added.reservations.map((each) => requestedSliver(slice, each)),
  );
}

/** What a modify adds and takes away, by the reservations the submitted graph says its nodes have. */
function planned(slice: Slice, graph: PropertyGraph, diff: TopologyDiff, nowMs: number, newId: () => string) {
  if (!diff.any) return { added: { graph, reservations: [] }, removed: [], changed: [] };
  const next = new SliceGraph(graph, 'respected');
  const added = new Set<GraphNode>(diff.addedNodes);
  const known = new Map<string, string>();
  for (const node of next.of('NetworkNode')) {
    if (!added.has(node) && textOf(node.properties, 'Type') !== 'Facility') {
      known.set(next.idOf(node), reservationIdOf(node));
    }
  }
  const term = { startMs: nowMs, endMs: slice.endMs };
  const built = buildReservations(graph, diff.addedNodes, diff.addedServices, known, term, newId);
  const gone = [...diff.removedNodes, ...diff.removedServices].filter(
    (node) => !['Facility', 'OVS', 'P4', 'MPLS', 'VLAN'].includes(textOf(node.properties, 'Type') ?? ''),
  );
  const changed = [...diff.changedNodes, ...diff.changedServices].flatMap((id) => {
    const node = next.byId(id);
    return node !== undefined && textOf(node.properties, 'ReservationInfo') !== undefined
      ? [reservationIdOf(node)]
      : [];
  });
  return { added: built, removed: gone.map(reservationIdOf), changed };
}

export function acceptModify(context: Context): HttpAnswer {
  const { world, path } = context;
  authorizedTo(claimsOf(context), 'modify');
  const slice = world.slice(path['slice_id']!);
  if (slice === undefined) return refuse(404, 'User# has no Slices');
  if (!isModified(slice.state)) refuse(500, `'${context.graphClass}' object has no attribute 'serialize'`);
  slice.graph = pruned(slice);
  const shown = shownSlice(slice, modelOf(slice, 'GRAPHML', context.newId));
  slice.state = slice.reservations.some(({ state }) => state === 'Failed') ? 'StableError' : 'StableOK';
  return success('slice_details', [shown]);
}

export function renewSlice(context: Context): HttpAnswer {
  const { world, path, query, nowMs } = context;
  const endMs = leaseTime(query['lease_end_time'], nowMs);
  const id = path['slice_id']!;
  const slice = world.slice(id);
  if (slice === undefined) return refuse(404, `Slice# ${id} not found`);
  if (isGone(slice.state)) refuse(400, `Slice# ${id} already closed`);
  if (!isStable(slice.state) && !isModified(slice.state)) {
    refuse(500, `Unable to renew Slice# ${id} that is not yet stable, try again later`);
  }
  const claims = claimsOf(context);
  const leaseMs = leaseEnd(claims, endMs, 0, nowMs, world.longestLeaseMs);
  if (slice.reservations.length === 0) refuse(500, `Slice# ${id} has no reservations`);
  authorizedTo(claims, 'renew', Math.trunc((leaseMs - nowMs) / 1000));
  checkMaintenance(context, slice.graph, slice.reservations);
  const live = slice.reservations.filter(({ state }) => state !== 'Closed' && state !== 'Failed');
  if (live.some((each) => leaseMs < each.endMs)) {
    refuse(500, 'Attempted new term end time is shorter than current slice end time');
  }
  const extended = live.filter((each) => each.endMs !== leaseMs);
  for (const each of extended) {
    each.endMs = leaseMs;
    each.pending = 'ExtendingLease';
  }
  if (extended.length > 0) {
    slice.endMs = leaseMs;
    slice.state = 'Configuring';
  }
  return done(`Slice '${id}' has been successfully renewed`);
}

export function deleteSlices(context: Context): HttpAnswer {
  const { world, path } = context;
  const claims = authorizedTo(claimsOf(context), 'delete');
  const project = claims.projects[0]?.uuid;
  const id = path['slice_id'];
  const own = world.slices.filter(
    (each) => each.ownerId === claims.uuid && (project === undefined || each.projectId === project),
  );
  const deletable = ({ state }: Slice) => isStable(state) || isModified(state) || isAllocated(state);
  if (id === undefined) {
    for (const slice of own.filter(deletable)) world.close(slice);
    const early = own.filter(({ state }) => state === 'Nascent').map((slice) => `'${slice.id}'`);
    if (early.length > 0) {
      refuse(500, `Unable to delete Slices [${early.join(', ')}] that are not yet stable, try again later`);
    }
    return done('Slices for user have been successfully deleted');
  }
  const slice = own.find((each) => each.id === id);
  if (slice === undefined) return refuse(404, `Slice# ${id} not found`);
  if (!isGone(slice.state)) {
    if (!deletable(slice)) refuse(500, `Unable to delete Slices ['${id}'] that are not yet stable, try again later`);
    world.close(slice);
  }
  return done(`Slice '${id}' has been successfully deleted`);
}

function done(details: string): HttpAnswer {
  return success('no_content', [{ details, message: 'No Content' }]);
}
