import { type GraphNode, type PropertyGraph, textOf } from '../graph/index.js';
import { Refused, readSliver, SliceGraph } from '../model/index.js';
import { dumps } from '../python/index.js';
import { refuse } from './exchange.js';
import { withInfo } from './provisioning.js';
import type { Reservation } from './slice.js';
import {
  nodeAdditions,
  shownNode,
  shownService,
  type Wanted,
  wantedNode,
  wantedService,
  withChanges,
} from './slivers.js';

/** What is to be provisioned of a graph, and the graph with what the orchestrator adds to it. */
export interface Built {
  readonly graph: PropertyGraph;
  readonly reservations: readonly Reservation[];
}

/** When reservations run. */
export interface Term {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Makes reservations of the nodes and services given. `known` are the reservations of nodes there are already, by
 * NodeID.
 */
export function buildReservations(
  graph: PropertyGraph,
  nodes: readonly GraphNode[],
  services: readonly GraphNode[],
  known: ReadonlyMap<string, string>,
  term: Term,
  newId: () => string,
): Built {
  const slice = new SliceGraph(graph, 'respected');
  const idOf = new Map(known);
  const changes = new Map<string, Record<string, string>>();
  const machines: [Wanted, Reservation][] = [];
  for (const node of nodes) {
    const wanted = wantedNode(slice, node);
    if (wanted === undefined) continue;
    checkCapacities(wanted);
    const reservation = newReservation(newId(), wanted, term, []);
    idOf.set(wanted.nodeId, reservation.id);
    changes.set(node.id, nodeAdditions(wanted));
    machines.push([wanted, reservation]);
  }
  const networks: [Wanted, Reservation][] = [];
  for (const node of services) {
    const wanted = wantedService(slice, node);
    if (wanted === undefined) continue;
    const after = connect(slice, wanted, idOf, changes);
    networks.push([wanted, newReservation(newId(), wanted, term, after)]);
  }
  const changed = withChanges(graph, changes);
  const shown = new SliceGraph(changed, 'respected');
  for (const [{ nodeId, kind }, reservation] of [...machines, ...networks]) {
    const node = shown.byId(nodeId)!;
    reservation.shown = kind === 'NodeSliver' ? shownNode(shown, node) : shownService(shown, node);
    withInfo(reservation);
  }
  return { graph: changed, reservations: [...machines, ...networks].map(([, reservation]) => reservation) };
}

function checkCapacities({ sliver }: Wanted): void {
  if (sliver.capacities !== undefined) return;
  if (sliver.type === 'VM' && sliver.capacityHints === undefined) {
    refuse(400, 'Either Capacity or Capacity Hints must be specified!');
  }
  if (sliver.type === 'Switch') refuse(400, 'Either Capacity must be specified!');
}

const NIC_PORTS = ['DedicatedPort', 'SharedPort', 'SubInterface'];

/** Gives a service's ports what hangs at their other ends; gives the reservations it waits for. */
function connect(
  slice: SliceGraph,
  { node, sliver }: Wanted,
  idOf: ReadonlyMap<string, string>,
  changes: Map<string, Record<string, string>>,
): string[] {
  const after: string[] = [];
  const ports = slice.neighbours(node, 'connects', 'ConnectionPoint');
  if (ports.length === 0) refuse(400, 'Not implemented');
  for (const port of ports) {
    const peers = slice.peersOf(port);
    if (peers.length !== 1) {
      throw new Refused(`More than one Peer Interface Sliver found for IFS: ${textOf(port.properties, 'NodeID')}!`);
    }
    const peer = peers[0]!;
    const end = readSliver('interface', peer.properties);
    if (end.type === 'FacilityPort') continue;
    if (end.type === undefined || !NIC_PORTS.includes(end.type)) return peered(slice, peer, sliver.name);
    const inner = end.type === 'SubInterface' ? slice.parentOf(peer, 'connects', 'ConnectionPoint') : peer;
    const service = inner && slice.parentOf(inner, 'connects', 'NetworkService');
    const component = service && slice.parentOf(service, 'has', 'Component');
    const owner = service && slice.parentOf(component ?? service, 'has', 'NetworkNode');
    const reserved = owner && idOf.get(slice.idOf(owner));
    if (reserved !== undefined && !after.includes(reserved)) after.push(reserved);
    // A port that has its place keeps it.
    if (textOf(port.properties, 'NodeMap') !== undefined) continue;
    const name = component === undefined ? 'Switch' : textOf(component.properties, 'Name')!;
    const put: Record<string, string> = { NodeMap: dumps([name, reserved ?? null]) };
    for (const [property, value] of [
      ['Capacities', end.written.get('Capacities')],
      ['Labels', end.written.get('Labels')],
      ['PeerLabels', end.written.get('PeerLabels')],
    ] as const) {
      if (value !== undefined) put[property] = value;
    }
    changes.set(port.id, put);
  }
  return after;
}

/** A port that is no NIC's is taken for that of a peered L3VPN, and fails as one where it is none. */
function peered(slice: SliceGraph, peer: GraphNode, name: string): never {
  const service = slice.parentOf(peer, 'connects', 'NetworkService');
  const others = (service === undefined ? [] : slice.neighbours(service, 'connects', 'ConnectionPoint')).filter(
    (each) => each.id !== peer.id,
  );
  if (others.length > 0 && slice.peersOf(others[0]!).length === 0) throw new Refused('list index out of range');
  if (others.length === 0) throw new Refused("'NoneType' object has no attribute 'ipv4_subnet'");
  return refuse(400, `Peering of ${name} is not implemented`);
}

function newReservation(id: string, wanted: Wanted, { startMs, endMs }: Term, after: readonly string[]): Reservation {
  return {
    id,
    nodeId: wanted.nodeId,
    kind: wanted.kind,
    startMs,
    endMs,
    after,
    state: 'Nascent',
    pending: 'None_',
    join: 'NoJoin',
    error: '',
    review: '',
    closedMs: undefined,
    closing: false,
    shown: null,
  };
}
