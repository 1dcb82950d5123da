import { type PropertyGraph, textOf } from '../graph/index.js';
import type { MIRROR_DIRECTIONS } from '../model/index.js';
import { Draft, editFailure } from './draft.js';
import { noNewIds } from './listener.js';

/** A mirror: one port of a switch, copied to one port of a NIC at the same site. */
export interface MirrorSpec {
  /** Its own within the slice; one that has been used for another port cannot be used again. */
  readonly name: string;
  readonly site: string;
  /** The switch's name of the port, such as `HundredGigE0/0/0/5`, without a VLAN. */
  readonly source: string;
  /** As the switch sees it: `RX_Only` is what it receives on the port. */
  readonly direction: (typeof MIRROR_DIRECTIONS)[number];
  /** Name of the NIC's port that receives, such as `lis0-nic1-p1`. */
  readonly receiver: string;
  /** JSON to find it again by, at most 2048 characters. */
  readonly userData?: string;
}

/** What a port of a FABRIC switch is called: kind and place, no VLAN behind it. */
export const SWITCH_PORT = /^(?:HundredGigE|TwentyFiveGigE|TenGigE|FourHundredGigE|Bundle-Ether)\d+(?:\/\d+)*$/;

/**
 * Adds a mirror to a slice.
 *
 * @throws MooringError ERROR.FABRIC_EDIT where the name is taken, the source is no switch port, or the receiver is
 * missing, receives already or is at another site.
 */
export function addMirror(graph: PropertyGraph, spec: MirrorSpec, newId: () => string): PropertyGraph {
  const draft = new Draft(graph, newId);
  hangMirror(draft, spec);
  return draft.done();
}

function hangMirror(draft: Draft, { name, site, source, direction, receiver, userData }: MirrorSpec): void {
  if (!SWITCH_PORT.test(source)) throw editFailure(source, 'not a switch port; a VLAN does not belong to its name');
  if (draft.find('NetworkService', name) !== undefined) throw editFailure(name, 'the slice has a service so named');
  const port = draft.get('ConnectionPoint', receiver);
  if (textOf(port.properties, 'Type') !== 'DedicatedPort') {
    throw editFailure(receiver, 'only a port of a dedicated NIC can receive a mirror');
  }
  if (draft.neighbours(port, 'connects', 'Link').length > 0) throw editFailure(receiver, 'the port is in use');
  const service = draft.parentOf(port, 'connects', 'NetworkService');
  const component = service && draft.parentOf(service, 'has', 'Component');
  const node = component && draft.parentOf(component, 'has', 'NetworkNode');
  if (node === undefined) throw editFailure(receiver, 'the port belongs to no node');
  const owner = textOf(node.properties, 'Name')!;
  const at = textOf(node.properties, 'Site');
  if (at !== site) throw editFailure(receiver, `the receiver is at ${at}, the mirror at ${site}`);
  const mirror = draft.add('NetworkService', {
    Name: name,
    Type: 'PortMirror',
    Layer: 'L2',
    Site: site,
    MirrorPort: source,
    MirrorDirection: direction,
    UserData: userData,
  });
  const end = `${owner}-${receiver}`;
  const servicePort = draft.add('ConnectionPoint', { Name: end, Type: 'ServicePort' }, { on: mirror, by: 'connects' });
  const link = draft.add('Link', { Name: `${end}-link`, Type: 'Patch', Layer: 'L2' });
  draft.join(port, link, 'connects');
  draft.join(servicePort, link, 'connects');
}

function takeMirror(draft: Draft, name: string): void {
  const mirror = draft.get('NetworkService', name);
  if (textOf(mirror.properties, 'Type') !== 'PortMirror') throw editFailure(name, 'the service is no mirror');
  draft.remove(mirror);
  for (const port of draft.neighbours(mirror, 'connects', 'ConnectionPoint')) draft.removePort(port);
}

/**
 * Takes a mirror away, with its port and link.
 *
 * @throws MooringError ERROR.FABRIC_EDIT where there is no such mirror.
 */
export function removeMirror(graph: PropertyGraph, name: string): PropertyGraph {
  const draft = new Draft(graph, noNewIds);
  takeMirror(draft, name);
  return draft.done();
}

/**
 * Lets a receiver see another port: the mirror `old` goes and a new one comes, in one graph. A mirror's source cannot be
 * changed in place: the orchestrator accepts that, does nothing, and says that all is well.
 *
 * @throws MooringError ERROR.FABRIC_EDIT as {@link removeMirror} and {@link addMirror}, and where both have one name.
 */
export function replaceMirror(graph: PropertyGraph, old: string, spec: MirrorSpec, newId: () => string): PropertyGraph {
  if (old === spec.name) throw editFailure(old, 'a mirror of another port needs another name');
  return addMirror(removeMirror(graph, old), spec, newId);
}
