import { graphFailure, readGraphml, textOf } from '../graph/index.js';
import { readSliver, SliceGraph } from '../model/index.js';
import { type Json, JsonDecodeError, loads } from '../python/index.js';
import { buildReservations, type Reservation, type Slice, type SliceStateName, World } from '../stand-in/index.js';
import { addListener, addMirror, EMPTY_SLICE } from '../topology/index.js';
import { T0_MS } from './notation.js';
import type { GivenSlice, ReplayRow } from './row.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The owner of what is there before a request. */
const OWNER = { id: 'uuid-user', email: 'user@example.org', project: 'uuid-project', projectName: 'Project X' };

/** Steps until a new slice stands. */
const STEPS = 4;

/** What a row says was there before: slices in their states, what is scarce, what fails, what is in maintenance. */
export function worldOf({ given, request }: ReplayRow, newId: () => string): World {
  const world = new World({
    conditions: {
      failures: new Map(Object.entries(given.faults ?? {})),
      free: new Map(Object.entries(given.free ?? {})),
    },
    maintenance: {
      testbed: given.maintenance?.testbed ?? false,
      sites: new Map(Object.entries(given.maintenance?.sites ?? {})),
    },
  });
  const slices = given.slices ?? [];
  // The first reservation that is made gets the id that is asked for.
  const asked = [askedSliver(request)].filter((id) => id !== undefined);
  for (const [at, each] of slices.entries()) {
    // The model that is given is that of the slice the request is about.
    const isAsked = request.path.includes(each.slice_id) || slices.length === 1;
    const model = isAsked ? given.model : undefined;
    const slice =
      model === undefined
        ? listenerSlice(each, at, slices.length, newId, () => asked.shift() ?? newId())
        : modelSlice(each, model, newId);
    world.slices.push(slice);
    settle(world, slice, each);
  }
  addAskedPoa(world, request, newId);
  return world;
}

/** Rows do not say when leases end: of a list of slices they end an hour apart, what is being set up sooner. */
function leaseEndMs({ state }: GivenSlice, at: number, count: number): number {
  if (count <= 2) return T0_MS + DAY_MS;
  return state === 'Configuring' ? T0_MS + 10 * HOUR_MS : T0_MS + DAY_MS + at * HOUR_MS;
}

/** A slice of which nothing is given but its name: one listener and its mirror. */
function listenerSlice(
  given: GivenSlice,
  at: number,
  count: number,
  newId: () => string,
  newReservationId: () => string,
): Slice {
  const listener = { name: 'lis0', site: 'INDI', nicModel: 'ConnectX-6' };
  const withNode = addListener(EMPTY_SLICE, listener, newId);
  // What stands in an error mirrors the port that another slice has.
  const source = `HundredGigE0/0/0/${given.state === 'StableError' ? 5 : 5 + at}`;
  const mirror = { name: 'pm0', site: 'INDI', source, direction: 'Both', receiver: 'lis0-nic1-p1' } as const;
  const graph = addMirror(withNode, mirror, newId);
  const slice = new SliceGraph(graph, 'respected');
  const term = { startMs: T0_MS, endMs: leaseEndMs(given, at, count) };
  const [nodes, services] = [slice.of('NetworkNode'), slice.of('NetworkService')];
  const built = buildReservations(graph, nodes, services, new Map(), term, newReservationId);
  const graphId = String(graph.nodes[0]!.properties.get('GraphID'));
  const made = sliceOf(given, graphId, graph, [...built.reservations]);
  return { ...made, endMs: term.endMs, pending: built.graph };
}

/** A slice as the client read it before: its reservations are those its nodes name, or as yet all it asks for. */
function modelSlice(given: GivenSlice, model: string, newId: () => string): Slice {
  const graph = readGraphml(model);
  const reservations: Reservation[] = [];
  const slice = new SliceGraph(graph, 'ignored');
  for (const node of graph.nodes) {
    const info = textOf(node.properties, 'ReservationInfo');
    if (info === undefined || info === '') continue;
    const { reservation_id: id, reservation_state: state, error_message: error } = reservationOf(info);
    const kind = textOf(node.properties, 'Class') === 'NetworkNode' ? 'NodeSliver' : 'NetworkServiceSliver';
    const made = reservation(id!, slice.idOf(node), kind, []);
    made.state = state as Reservation['state'];
    made.error = error ?? '';
    made.shown = Object.fromEntries(readSliver(kind === 'NodeSliver' ? 'node' : 'service', node.properties).written);
    reservations.push(made);
  }
  const graphId = String(graph.nodes[0]?.properties.get('GraphID'));
  if (reservations.length > 0) return sliceOf(given, graphId, graph, reservations);
  // Read before the orchestrator had said which they are.
  const term = { startMs: T0_MS, endMs: T0_MS + DAY_MS };
  const [nodes, services] = [slice.of('NetworkNode'), slice.of('NetworkService')];
  const built = buildReservations(graph, nodes, services, new Map(), term, newId);
  return { ...sliceOf(given, graphId, graph, [...built.reservations]), pending: built.graph };
}

/** What a node says of its reservation; nothing where that is no object of JSON. */
function reservationOf(info: string): Readonly<Record<string, string>> {
  let value: Json = null;
  try {
    value = loads(info);
  } catch (error) {
    if (!(error instanceof JsonDecodeError)) throw error;
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, string>;
  throw graphFailure("a node's ReservationInfo is no object of JSON");
}

function reservation(id: string, nodeId: string, kind: Reservation['kind'], after: readonly string[]): Reservation {
  return {
    id,
    nodeId,
    kind,
    after,
    startMs: T0_MS,
    endMs: T0_MS + DAY_MS,
    state: 'Nascent',
    pending: 'None_',
    join: 'NoJoin',
    error: '',
    review: '',
    closedMs: undefined,
    closing: false,
    shown: {},
  };
}

function sliceOf(given: GivenSlice, graphId: string, graph: Slice['graph'], reservations: Reservation[]): Slice {
  return {
    id: given.slice_id,
    name: given.name,
    ownerId: OWNER.id,
    ownerEmail: OWNER.email,
    projectId: OWNER.project,
    projectName: OWNER.projectName,
    startMs: T0_MS,
    endMs: T0_MS + DAY_MS,
    state: 'Configuring',
    graphId,
    graph,
    reservations,
    future: false,
  };
}

/** Brings a slice to the state that is given. */
function settle(world: World, slice: Slice, { state }: GivenSlice): void {
  const wanted = state as SliceStateName;
  if (wanted === 'Configuring' || wanted === 'Nascent') {
    slice.state = wanted;
    return;
  }
  if (slice.reservations.some((each) => each.state === 'Nascent')) {
    for (let step = 0; step < STEPS && slice.state === 'Configuring'; step++) world.stepSlice(slice, T0_MS);
  }
  if (wanted === 'Closing' || wanted === 'Dead') {
    world.close(slice);
    if (wanted === 'Dead') world.stepSlice(slice, T0_MS);
    return;
  }
  slice.state = wanted;
}

/** The sliver a row asks for by an id of which nothing else is known: it is the first there is. */
function askedSliver({ path, query = [] }: ReplayRow['request']): string | undefined {
  const inPath = /^\/(?:slivers|poas\/create)\/([^/]+)$/.exec(path)?.[1];
  return inPath ?? (path === '/poas/' ? query.find(([name]) => name === 'sliver_id')?.[1] : undefined);
}

/** The same for an action on a sliver. */
function addAskedPoa(world: World, request: ReplayRow['request'], newId: () => string): void {
  const [slice] = world.slices;
  const [first] = slice?.reservations ?? [];
  const poaId = /^\/poas\/([^/]+)$/.exec(request.path)?.[1];
  if (slice === undefined || first === undefined || (poaId === undefined && request.path !== '/poas/')) return;
  world.poas.push({ id: poaId ?? newId(), operation: 'cpuinfo', sliverId: first.id, sliceId: slice.id });
}
