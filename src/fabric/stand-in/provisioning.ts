import { type GraphNode, textOf } from '../graph/index.js';
import { readSliver, SliceGraph } from '../model/index.js';
import { dumps } from '../python/index.js';
import { type Machinery, type MadeMachine, siteOfService, wantedMachine, wantedMirror } from './machinery.js';
import type { Reservation, Slice } from './slice.js';
import { shownNode, shownService, withChanges } from './slivers.js';
import type { StandInTestbed, Taken } from './testbed.js';

const SPAN_TAKEN =
  'NSO SEMANTIC ERROR: SPAN: This platform doesnt support configuring multiple attachments of a traffic class';
const CASCADE = 'TicketReviewPolicy: Closing reservation due to failure in slice';

const two = (value: number) => value.toString(16).padStart(2, '0');

/** What the stand-in's sites are told to do otherwise than well. */
export interface Conditions {
  /** Nodes and services by name, or by its beginning and a `*`, that fail at their site, with what the site says. */
  readonly failures: ReadonlyMap<string, string>;
  /** Components that are free, by `SITE/SmartNIC-ConnectX-6`, instead of what the testbed has. */
  readonly free: ReadonlyMap<string, number>;
}

/** Sites, their stock and the ports of their switches: takes slices one step on at a time. */
export class Provisioning {
  readonly #testbed: StandInTestbed;
  readonly #conditions: Conditions;
  readonly #machinery: Machinery | undefined;
  /** Ports of switches by the MAC address of what hangs on them, as the machinery said. */
  readonly #switchPorts = new Map<string, string>();
  readonly #taken = new Map<string, Taken>();
  /** What each node took, by its reservation: a modify has it out of the graph before it is closed. */
  readonly #held = new Map<string, Taken & { readonly site: string }>();
  #machines = 0;
  #ports = 0;
  #networks = 0;

  constructor(testbed: StandInTestbed, conditions: Conditions, machinery?: Machinery) {
    this.#testbed = testbed;
    this.#conditions = conditions;
    this.#machinery = machinery;
  }

  taken(site: string): Taken {
    return this.#taken.get(site) ?? { cores: 0, ramGb: 0, diskGb: 0, components: {} };
  }

  /** Tickets what is new. Gives whether sites can give all of it; if not, none of it will go on. */
  ticket(slice: Slice, fresh: readonly Reservation[]): boolean {
    for (const each of fresh) {
      const node = nodeOf(slice, each);
      each.state = 'Ticketed';
      if (each.kind !== 'NodeSliver') continue;
      change(slice, node, { CapacityAllocations: textOf(node.properties, 'Capacities') });
      each.error = this.#reserve(slice, each);
      if (each.error !== '') each.state = 'Failed';
    }
    const given = fresh.every((each) => each.state === 'Ticketed');
    for (const each of fresh) {
      if (given && each.kind === 'NodeSliver') each.pending = 'Redeeming';
      else if (given) each.join = 'BlockedRedeem';
      note(slice, each);
    }
    return given;
  }

  /** Closes what came with something that could not be ticketed. */
  giveUp(slice: Slice, nowMs: number): void {
    for (const each of slice.reservations) {
      if (each.pending !== 'None_' || (each.state !== 'Ticketed' && !isRefused(each))) continue;
      if (each.state === 'Ticketed') {
        each.review = CASCADE;
        this.release(each);
      }
      each.state = 'Closed';
      each.closedMs = nowMs;
      note(slice, each);
    }
  }

  /** What speaks against a node at its site, empty where it was reserved. */
  #reserve(slice: Slice, reservation: Reservation): string {
    const graph = new SliceGraph(slice.graph, 'respected');
    const node = graph.byId(reservation.nodeId)!;
    const sliver = readSliver('node', node.properties);
    const site = this.#testbed.sites.find(({ name }) => name === sliver.site);
    // Nobody checks that a site exists before its own site would say so.
    if (site === undefined) return '';
    const taken = this.taken(site.name);
    const components: Record<string, number> = { ...taken.components };
    const own: Record<string, number> = {};
    for (const each of graph.neighbours(node, 'has', 'Component')) {
      const { type, model } = readSliver('component', each.properties);
      const key = `${type}-${model}`;
      components[key] = (components[key] ?? 0) + 1;
      own[key] = (own[key] ?? 0) + 1;
      const free = this.#conditions.free.get(`${site.name}/${key}`);
      const capacity = free ?? site.components[key] ?? Number.POSITIVE_INFINITY;
      if (components[key] - (free === undefined ? 0 : (taken.components[key] ?? 0)) > capacity) {
        const where = `${site.name}-W1`;
        return `Insufficient resources : Component of type: ${model} not available in graph node: ${where}`;
      }
    }
    const amount = (name: string) => Number(sliver.capacities?.[name] ?? 0);
    // A machine has to fit one worker.
    if (amount('core') > site.cores / site.workers) return "Insufficient resources : ['core']";
    const next = {
      cores: taken.cores + amount('core'),
      ramGb: taken.ramGb + amount('ram'),
      diskGb: taken.diskGb + amount('disk'),
      components,
    };
    if (next.cores > site.cores || next.ramGb > site.ramGb || next.diskGb > site.diskGb) {
      const what = next.cores > site.cores ? 'core' : next.ramGb > site.ramGb ? 'ram' : 'disk';
      return `Insufficient resources : ['${what}']`;
    }
    this.#taken.set(site.name, next);
    const room = { cores: amount('core'), ramGb: amount('ram'), diskGb: amount('disk') };
    this.#held.set(reservation.id, { site: site.name, ...room, components: own });
    return '';
  }

  /** Lets a machine boot again, where there is one. */
  reboot(slice: Slice, reservation: Reservation): void {
    if (reservation.kind === 'NodeSliver') this.#machinery?.reboot(wantedMachine(slice, reservation));
  }

  /** Gives back what a node took. */
  release(reservation: Reservation): void {
    this.#machinery?.release(reservation.id);
    const held = this.#held.get(reservation.id);
    const taken = held && this.#taken.get(held.site);
    if (held === undefined || taken === undefined) return;
    this.#held.delete(reservation.id);
    const components: Record<string, number> = { ...taken.components };
    for (const [model, count] of Object.entries(held.components)) components[model] = (components[model] ?? 0) - count;
    this.#taken.set(held.site, {
      cores: taken.cores - held.cores,
      ramGb: taken.ramGb - held.ramGb,
      diskGb: taken.diskGb - held.diskGb,
      components,
    });
  }

  /** One step of redeeming; `busy` says which ports of switches have a mirror already, by `SITE port`. */
  redeem(slice: Slice, busy: ReadonlySet<string>): void {
    const byId = new Map(slice.reservations.map((each) => [each.id, each]));
    const redeeming = slice.reservations.filter((each) => each.pending === 'Redeeming');
    for (const each of redeeming.filter(({ kind }) => kind === 'NetworkServiceSliver')) {
      const error = this.#failure(slice, each) ?? this.#mirrorFault(slice, each, busy);
      const wanted = error === undefined && this.#machinery ? wantedMirror(slice, each) : undefined;
      const made = wanted && this.#machinery?.mirror(wanted);
      if (wanted && made === undefined) continue;
      this.#activateService(slice, each);
      settle(each, error ?? (made && made !== 'made' ? made.error : undefined));
    }
    for (const each of redeeming.filter(({ kind }) => kind === 'NodeSliver')) {
      const error = this.#failure(slice, each);
      const made = error === undefined ? this.#machinery?.machine(wantedMachine(slice, each)) : undefined;
      if (error === undefined && this.#machinery && made === undefined) continue;
      const notMade = made && 'error' in made ? made.error : undefined;
      if ((error ?? notMade) === undefined) this.#activateNode(slice, each, made as MadeMachine | undefined);
      settle(each, error ?? notMade);
    }
    for (const each of slice.reservations) {
      if (each.state !== 'Ticketed' || each.pending !== 'None_') continue;
      const before = each.after.map((id) => byId.get(id)).filter((other) => other !== undefined);
      const failed = before.find((other) => other.state === 'Failed' || other.state === 'Closed');
      if (failed !== undefined) {
        const what = `redeem predecessor reservation# ${failed.id} is in a terminal state`;
        settle(each, `${what}, failing the reservation# ${each.id}`);
      } else if (before.every((other) => other.state === 'Active')) {
        each.pending = 'Redeeming';
        each.join = 'NoJoin';
      }
    }
    for (const each of slice.reservations) note(slice, each);
  }

  #failure(slice: Slice, reservation: Reservation): string | undefined {
    const name = textOf(nodeOf(slice, reservation).properties, 'Name') ?? '';
    const { failures } = this.#conditions;
    const begins = [...failures].find(([key]) => key.endsWith('*') && name.startsWith(key.slice(0, -1)));
    return failures.get(name) ?? begins?.[1];
  }

  #mirrorFault(slice: Slice, reservation: Reservation, busy: ReadonlySet<string>): string | undefined {
    const service = nodeOf(slice, reservation);
    const sliver = readSliver('service', service.properties);
    if (sliver.type !== 'PortMirror') return undefined;
    const site = siteOfService(new SliceGraph(slice.graph, 'respected'), service);
    if (busy.has(`${site} ${sliver.mirrorPort}`)) return SPAN_TAKEN;
    if (/\.\d+$/.test(sliver.mirrorPort ?? '')) return `incompatible value ${sliver.mirrorPort}`;
    return undefined;
  }

  #activateNode(slice: Slice, reservation: Reservation, made?: MadeMachine): void {
    const graph = new SliceGraph(slice.graph, 'respected');
    const node = graph.byId(reservation.nodeId)!;
    const number = ++this.#machines;
    const site = (textOf(node.properties, 'Site') ?? '').toLowerCase();
    const changes = new Map<string, Record<string, string>>();
    changes.set(node.id, {
      LabelAllocations: dumps({
        instance: `instance-${String(number).padStart(8, '0')}`,
        instance_parent: `${site}-w1.fabric-testbed.net`,
      }),
      MgmtIp: made?.managementIp ?? `2001:db8::${number.toString(16)}`,
    });
    for (const component of graph.neighbours(node, 'has', 'Component')) {
      const functions: string[] = [];
      for (const service of graph.neighbours(component, 'has', 'NetworkService')) {
        for (const port of graph.neighbours(service, 'connects', 'ConnectionPoint')) {
          const at = ++this.#ports;
          const bdf = `0000:${two(0x20 + (at >> 1))}:00.${at & 1}`;
          functions.push(bdf);
          const real = made?.ports[textOf(port.properties, 'Name') ?? ''];
          const mac = real?.mac ?? `02:00:00:00:${two(at >> 8)}:${two(at & 0xff)}`;
          if (real !== undefined) this.#switchPorts.set(mac, real.switchPort);
          const local = readSliver('interface', port.properties).labels?.['local_name'] ?? 'p1';
          changes.set(port.id, { LabelAllocations: dumps({ bdf, local_name: local, mac }) });
        }
      }
      const labels = functions.length === 1 ? functions[0]! : functions;
      changes.set(component.id, {
        CapacityAllocations: dumps({ unit: 1 }),
        ...(functions.length === 0 ? {} : { LabelAllocations: dumps({ bdf: labels }) }),
      });
    }
    slice.graph = withChanges(slice.graph, changes);
  }

  #activateService(slice: Slice, reservation: Reservation): void {
    const graph = new SliceGraph(slice.graph, 'respected');
    const service = graph.byId(reservation.nodeId)!;
    const site = siteOfService(graph, service).toLowerCase();
    const changes = new Map<string, Record<string, string>>();
    if (textOf(service.properties, 'Type')?.startsWith('FABNetv4')) {
      const at = ++this.#networks;
      const gateway = { ipv4: `10.128.${at}.1`, ipv4_subnet: `10.128.${at}.0/24`, mac: `02:00:00:00:80:${two(at)}` };
      changes.set(service.id, { Gateway: dumps(gateway) });
    }
    for (const port of graph.neighbours(service, 'connects', 'ConnectionPoint')) {
      const [peer] = graph.peersOf(port);
      const mac = peer && readSliver('interface', peer.properties).labelAllocations?.['mac'];
      if (typeof mac !== 'string') continue;
      const at = Number.parseInt(mac.slice(-5).replace(':', ''), 16);
      const name = this.#switchPorts.get(mac) ?? `HundredGigE0/0/0/${at}`;
      const labels = dumps({ device_name: `${site}-data-sw`, local_name: name });
      changes.set(port.id, { Labels: labels, LabelAllocations: labels });
    }
    slice.graph = withChanges(slice.graph, changes);
  }
}

const isRefused = ({ state, error }: Reservation) => state === 'Failed' && error.startsWith('Insufficient resources');

function settle(reservation: Reservation, error: string | undefined): void {
  reservation.pending = 'None_';
  reservation.join = 'NoJoin';
  reservation.state = error === undefined ? 'Active' : 'Failed';
  reservation.error = error ?? '';
}

function nodeOf(slice: Slice, { nodeId }: Reservation): GraphNode {
  return slice.graph.nodes.find((node) => textOf(node.properties, 'NodeID') === nodeId) ?? GONE;
}

const GONE: GraphNode = { id: '', properties: new Map() };

function change(slice: Slice, node: GraphNode, properties: Record<string, string | undefined>): void {
  slice.graph = withChanges(slice.graph, new Map([[node.id, properties]]));
}

/** Writes a reservation's state into the slice's graph, and keeps what answers show of it. */
export function note(slice: Slice, reservation: Reservation): void {
  const node = nodeOf(slice, reservation);
  if (node !== GONE) {
    const { id, state, error } = reservation;
    const info = { error_message: error, reservation_id: id, reservation_state: state };
    change(slice, node, { ReservationInfo: dumps(info) });
    const graph = new SliceGraph(slice.graph, 'respected');
    const changed = graph.byId(reservation.nodeId)!;
    reservation.shown = reservation.kind === 'NodeSliver' ? shownNode(graph, changed) : shownService(graph, changed);
  }
  withInfo(reservation);
}

/** What answers say of the reservation itself; a message that is empty is left out. */
export function withInfo(reservation: Reservation): void {
  const { id, state, error } = reservation;
  const info = { ...(error === '' ? {} : { error_message: error }), reservation_id: id, reservation_state: state };
  reservation.shown = { ...(reservation.shown as object), ReservationInfo: dumps(info) };
}
