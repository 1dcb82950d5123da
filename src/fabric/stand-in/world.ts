import { type PropertyGraph, textOf } from '../graph/index.js';
import { readSliver, SliceGraph } from '../model/index.js';
import { type Machinery, siteOfService } from './machinery.js';
import { type Conditions, note, Provisioning } from './provisioning.js';
import { isGone, type Reservation, type Slice } from './slice.js';
import { type StandInTestbed, TWO_SITES } from './testbed.js';

/** What is out of service. */
export interface Maintenance {
  readonly testbed: boolean;
  /** Sites by name, and the word for their state, such as `Maint`. */
  readonly sites: ReadonlyMap<string, string>;
}

/** An operational action on a sliver, which the stand-in says has been done. */
export interface Poa {
  readonly id: string;
  readonly operation: string;
  readonly sliverId: string;
  readonly sliceId: string;
}

/** What the stand-in is given: its testbed, what is scarce and what fails. All of it may be left out. */
export interface WorldOptions {
  readonly testbed?: StandInTestbed;
  readonly conditions?: Partial<Conditions>;
  readonly maintenance?: Maintenance;
  /** What carries slivers out; without it they are there as soon as they may be. */
  readonly machinery?: Machinery;
  /** Leases are cut to this, in milliseconds. */
  readonly longestLeaseMs?: number | undefined;
}

/** Slices and what becomes of them. Nothing moves by itself: a step is taken when somebody says so. */
export class World {
  readonly slices: Slice[] = [];
  readonly poas: Poa[] = [];
  readonly testbed: StandInTestbed;
  readonly provisioning: Provisioning;
  readonly longestLeaseMs: number | undefined;
  maintenance: Maintenance;

  constructor(options: WorldOptions = {}) {
    const { testbed = TWO_SITES, conditions = {}, maintenance, machinery, longestLeaseMs } = options;
    this.longestLeaseMs = longestLeaseMs;
    this.testbed = testbed;
    this.maintenance = maintenance ?? { testbed: false, sites: new Map() };
    const given = { failures: conditions.failures ?? new Map(), free: conditions.free ?? new Map() };
    this.provisioning = new Provisioning(testbed, given, machinery);
  }

  slice(id: string): Slice | undefined {
    return this.slices.find((each) => each.id === id);
  }

  reservation(id: string): { readonly slice: Slice; readonly reservation: Reservation } | undefined {
    for (const slice of this.slices) {
      const reservation = slice.reservations.find((each) => each.id === id);
      if (reservation !== undefined) return { slice, reservation };
    }
    return undefined;
  }

  /** Takes every slice one step on. Leases that have ended close theirs. */
  step(nowMs: number): void {
    for (const slice of this.slices) this.stepSlice(slice, nowMs);
  }

  /** Takes one slice one step on. */
  stepSlice(slice: Slice, nowMs: number): void {
    if (slice.endMs <= nowMs && !isGone(slice.state)) this.close(slice);
    this.#step(slice, nowMs);
  }

  /** Begins to close a slice. */
  close(slice: Slice): void {
    slice.state = 'Closing';
    for (const each of slice.reservations) each.closing = each.state !== 'Closed';
  }

  #step(slice: Slice, nowMs: number): void {
    if (slice.state === 'Dead' || slice.future) {
      if (slice.state === 'Closing') slice.state = 'Dead';
      return;
    }
    if (slice.refused) {
      this.provisioning.giveUp(slice, nowMs);
      slice.state = slice.state === 'Modifying' ? 'ModifyError' : 'Closing';
      slice.refused = false;
      return;
    }
    if (slice.pending !== undefined) slice.graph = slice.pending;
    slice.pending = undefined;
    const closing = slice.state === 'Closing';
    this.#close(slice, nowMs);
    if (closing) {
      slice.state = 'Dead';
      return;
    }
    const fresh = slice.reservations.filter((each) => each.state === 'Nascent' || each.state === 'Unknown');
    if (fresh.length > 0) {
      slice.refused = !this.provisioning.ticket(slice, fresh);
      if (slice.refused && slice.state === 'Configuring') slice.state = 'AllocatedError';
      return;
    }
    for (const each of slice.reservations) if (each.pending === 'ExtendingLease') each.pending = 'None_';
    this.provisioning.redeem(slice, this.#mirrored(slice));
    this.#settle(slice);
  }

  #close(slice: Slice, nowMs: number): void {
    for (const each of slice.reservations) {
      if (!each.closing) continue;
      this.provisioning.release(each);
      if (each.state !== 'Failed' || slice.state !== 'Closing') each.state = 'Closed';
      each.pending = 'None_';
      each.closing = false;
      each.closedMs = nowMs;
      note(slice, each);
    }
  }

  #settle(slice: Slice): void {
    const live = slice.reservations.filter((each) => each.state !== 'Closed');
    if (live.some((each) => each.pending !== 'None_' || each.state === 'Ticketed')) return;
    const failed = live.some((each) => each.state === 'Failed');
    if (slice.state === 'Modifying') slice.state = failed ? 'ModifyError' : 'ModifyOK';
    else if (slice.state === 'Configuring') {
      const active = live.some((each) => each.state === 'Active');
      slice.state = !active ? 'Closing' : failed ? 'StableError' : 'StableOK';
    }
  }

  /** Ports that are mirrored at the moment, by `SITE port`. */
  #mirrored(except: Slice): Set<string> {
    const busy = new Set<string>();
    for (const slice of this.slices) {
      const graph = new SliceGraph(slice.graph, 'respected');
      for (const each of slice.reservations) {
        const node = each.state === 'Active' ? graph.byId(each.nodeId) : undefined;
        if (node === undefined || each.kind !== 'NetworkServiceSliver') continue;
        const { type, mirrorPort } = readSliver('service', node.properties);
        if (type === 'PortMirror' && (slice !== except || each.pending === 'None_')) {
          busy.add(`${siteOfService(graph, node)} ${mirrorPort}`);
        }
      }
    }
    return busy;
  }
}

/** A slice's graph without what failed or was closed, as accepting a modify leaves it. */
export function pruned({ graph, reservations }: Slice): PropertyGraph {
  const gone = new Set(
    reservations.filter(({ state }) => state === 'Closed' || state === 'Failed').map(({ nodeId }) => nodeId),
  );
  const slice = new SliceGraph(graph, 'respected');
  const dropped = new Set<string>();
  const dropPorts = (service: { readonly id: string }) => {
    const node = graph.nodes.find(({ id }) => id === service.id)!;
    for (const port of slice.neighbours(node, 'connects', 'ConnectionPoint')) {
      dropped.add(port.id);
      for (const link of slice.neighbours(port, 'connects', 'Link')) {
        dropped.add(link.id);
        // The port of a service at the other end has nothing to hang on any more.
        for (const peer of slice.neighbours(link, 'connects', 'ConnectionPoint')) {
          if (textOf(peer.properties, 'Type') === 'ServicePort') dropped.add(peer.id);
        }
      }
    }
  };
  for (const node of graph.nodes) {
    if (!gone.has(textOf(node.properties, 'NodeID') ?? '')) continue;
    dropped.add(node.id);
    if (textOf(node.properties, 'Class') === 'NetworkService') dropPorts(node);
    for (const component of slice.neighbours(node, 'has', 'Component')) {
      dropped.add(component.id);
      for (const service of slice.neighbours(component, 'has', 'NetworkService')) {
        dropped.add(service.id);
        dropPorts(service);
      }
    }
  }
  return {
    ...graph,
    nodes: graph.nodes.filter(({ id }) => !dropped.has(id)),
    edges: graph.edges.filter(({ source, target }) => !dropped.has(source) && !dropped.has(target)),
  };
}
