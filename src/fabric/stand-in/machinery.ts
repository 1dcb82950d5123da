import { type GraphNode, textOf } from '../graph/index.js';
import { readSliver, SliceGraph } from '../model/index.js';
import type { Reservation, Slice } from './slice.js';

/** A machine that is to be. */
export interface WantedMachine {
  readonly reservation: string;
  readonly slice: { readonly id: string; readonly name: string };
  readonly name: string;
  readonly site: string;
  readonly cores: number;
  readonly ramGb: number;
  readonly diskGb: number;
  /** Its NICs by FIM's model, with the names of their ports. */
  readonly nics: readonly { readonly name: string; readonly model: string; readonly ports: readonly string[] }[];
}

/** A machine that is there. */
export interface MadeMachine {
  readonly managementIp: string;
  /** MAC addresses by the name of the port, and the switch's ports they hang on. */
  readonly ports: Readonly<Record<string, { readonly mac: string; readonly switchPort: string }>>;
}

/** A mirror that is to be: `port` is the name of the port that receives, of the machine `node`. */
export interface WantedMirror {
  readonly reservation: string;
  readonly slice: { readonly id: string; readonly name: string };
  readonly name: string;
  readonly site: string;
  readonly source: string;
  readonly direction: string;
  readonly node: string;
  readonly port: string;
}

/** What could not be made, in the site's words. */
export interface NotMade {
  readonly error: string;
}

/**
 * What carries slivers out where there is more behind the stand-in than itself. It is asked at every step, by the
 * reservation, until it answers: `undefined` while it is at work.
 */
export interface Machinery {
  machine(wanted: WantedMachine): MadeMachine | NotMade | undefined;
  mirror(wanted: WantedMirror): 'made' | NotMade | undefined;
  /** Lets a machine boot again: all that runs there ends. */
  reboot(wanted: WantedMachine): void;
  /** Takes away what a reservation had made. */
  release(reservation: string): void;
}

/** The machine a reservation stands for. */
export function wantedMachine({ id, name, graph }: Slice, reservation: Reservation): WantedMachine {
  const slice = new SliceGraph(graph, 'respected');
  const node = slice.byId(reservation.nodeId)!;
  const sliver = readSliver('node', node.properties);
  const amount = (capacity: string) => Number(sliver.capacities?.[capacity] ?? 0);
  return {
    reservation: reservation.id,
    slice: { id, name },
    name: sliver.name,
    site: sliver.site ?? '',
    cores: amount('core'),
    ramGb: amount('ram'),
    diskGb: amount('disk'),
    nics: slice.neighbours(node, 'has', 'Component').map((component) => ({
      name: slice.nameOf(component),
      model: readSliver('component', component.properties).model ?? '',
      ports: slice
        .neighbours(component, 'has', 'NetworkService')
        .flatMap((service) => slice.neighbours(service, 'connects', 'ConnectionPoint'))
        .map((port) => slice.nameOf(port)),
    })),
  };
}

/** The mirror a reservation stands for; `undefined` where it is another service, or receives nowhere. */
export function wantedMirror({ id, name, graph }: Slice, reservation: Reservation): WantedMirror | undefined {
  const slice = new SliceGraph(graph, 'respected');
  const service = slice.byId(reservation.nodeId)!;
  const sliver = readSliver('service', service.properties);
  if (sliver.type !== 'PortMirror') return undefined;
  const { port, node } = receiverOf(slice, service);
  if (port === undefined || node === undefined) return undefined;
  return {
    reservation: reservation.id,
    slice: { id, name },
    name: sliver.name,
    site: siteOfService(slice, service),
    source: sliver.mirrorPort ?? '',
    direction: String(service.properties.get('MirrorDirection') ?? 'Both'),
    node: slice.nameOf(node),
    port: slice.nameOf(port),
  };
}

/** The site of a service: where it names none, as the official client's mirrors do, that of the node it leads to. */
export function siteOfService(slice: SliceGraph, service: GraphNode): string {
  const { node } = receiverOf(slice, service);
  return textOf(service.properties, 'Site') ?? (node && textOf(node.properties, 'Site')) ?? '';
}

/** The first port of a node that a service leads to, and the node. */
function receiverOf(slice: SliceGraph, service: GraphNode): { readonly port?: GraphNode; readonly node?: GraphNode } {
  const [port] = slice
    .neighbours(service, 'connects', 'ConnectionPoint')
    .flatMap((servicePort) => slice.peersOf(servicePort));
  const inner = port && slice.parentOf(port, 'connects', 'NetworkService');
  const component = inner && slice.parentOf(inner, 'has', 'Component');
  const node = component && slice.parentOf(component, 'has', 'NetworkNode');
  return port && node ? { port, node } : {};
}
