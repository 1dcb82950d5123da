import { type GraphNode, type PropertyGraph, textOf } from '../graph/index.js';
import { dumps } from '../python/index.js';
import { Draft, editFailure } from './draft.js';
import { NIC_MODELS } from './nics.js';

/** A machine that receives mirrors. */
export interface ListenerSpec {
  /** Letters, digits, `_`, `-` and `.`, 2 to 255 of them; its own within the slice. */
  readonly name: string;
  readonly site: string;
  /** Model of its dedicated NIC, such as `ConnectX-6`. */
  readonly nicModel: string;
  /** Default 2, 8 and 10, which want no tag. */
  readonly cores?: number;
  readonly ramGb?: number;
  readonly diskGb?: number;
  /** Image and its format. Default `default_ubuntu_22,qcow2`. */
  readonly image?: string;
  /** At most 1023 characters. */
  readonly bootScript?: string;
  /** JSON to find it again by, at most 2048 characters. */
  readonly userData?: string;
}

/** A graph without anything in it, for a slice of one's own. Its GraphID comes with its first node. */
export const EMPTY_SLICE: PropertyGraph = { directed: false, multigraph: false, nodes: [], edges: [] };

/**
 * Adds a machine with one dedicated NIC to a slice.
 *
 * @param newId gives a new UUID at each call.
 * @throws MooringError ERROR.FABRIC_EDIT where the name is taken or the NIC is none that can receive mirrors.
 */
export function addListener(graph: PropertyGraph, spec: ListenerSpec, newId: () => string): PropertyGraph {
  const draft = new Draft(graph, newId);
  if (!/^[\w.-]{2,255}$/.test(spec.name)) throw editFailure(spec.name, 'not a name of a node');
  if (draft.find('NetworkNode', spec.name) !== undefined) throw editFailure(spec.name, 'the slice has a node so named');
  const { cores = 2, ramGb = 8, diskGb = 10, image = 'default_ubuntu_22,qcow2' } = spec;
  const node = draft.add('NetworkNode', {
    Name: spec.name,
    Type: 'VM',
    Site: spec.site,
    ImageRef: image,
    Capacities: dumps({ core: cores, disk: diskGb, ram: ramGb }),
    BootScript: spec.bootScript,
    UserData: spec.userData,
  });
  hangNic(draft, node, { name: `${spec.name}-nic1`, model: spec.nicModel });
  return draft.done();
}

/**
 * Adds a dedicated NIC to a node of the slice.
 *
 * @throws MooringError ERROR.FABRIC_EDIT where there is no such node, the name is taken or the NIC is unknown.
 */
export function addNic(
  graph: PropertyGraph,
  spec: { readonly node: string; readonly name: string; readonly model: string },
  newId: () => string,
): PropertyGraph {
  const draft = new Draft(graph, newId);
  hangNic(draft, draft.get('NetworkNode', spec.node), spec);
  return draft.done();
}

function hangNic(draft: Draft, node: GraphNode, spec: { readonly name: string; readonly model: string }): void {
  const nic = NIC_MODELS.find(({ model }) => model === spec.model);
  if (nic === undefined) throw editFailure(spec.model, 'no NIC of that model can receive mirrors');
  if (draft.find('Component', spec.name) !== undefined) throw editFailure(spec.name, 'the slice has a NIC so named');
  const owner = textOf(node.properties, 'Name')!;
  const component = draft.add(
    'Component',
    { Name: spec.name, Type: 'SmartNIC', Model: nic.model, Details: nic.details },
    { on: node, by: 'has' },
  );
  const service = draft.add(
    'NetworkService',
    { Name: `${owner}-${spec.name}-l2ovs`, Type: 'OVS', Layer: 'L2', Site: textOf(node.properties, 'Site') },
    { on: component, by: 'has' },
  );
  for (let port = 1; port <= nic.ports; port++) {
    const properties = {
      Name: `${spec.name}-p${port}`,
      Type: 'DedicatedPort',
      Capacities: dumps({ bw: nic.rateGbps, unit: 1 }),
      Labels: dumps({ local_name: `p${port}` }),
    };
    draft.add('ConnectionPoint', properties, { on: service, by: 'connects' });
  }
}

/**
 * Takes a machine away, with its NICs and the mirrors that end in them. Nothing else is touched.
 *
 * @throws MooringError ERROR.FABRIC_EDIT where there is no such node.
 */
export function removeListener(graph: PropertyGraph, name: string): PropertyGraph {
  const draft = new Draft(graph, noNewIds);
  const node = draft.get('NetworkNode', name);
  draft.remove(node);
  const components = draft.neighbours(node, 'has', 'Component');
  const services = [node, ...components].flatMap((each) => draft.neighbours(each, 'has', 'NetworkService'));
  for (const port of services.flatMap((each) => draft.neighbours(each, 'connects', 'ConnectionPoint'))) {
    for (const link of draft.neighbours(port, 'connects', 'Link')) {
      for (const peer of draft.neighbours(link, 'connects', 'ConnectionPoint')) {
        const mirror = draft.parentOf(peer, 'connects', 'NetworkService');
        if (mirror !== undefined && textOf(mirror.properties, 'Type') === 'PortMirror') draft.remove(mirror);
      }
    }
    draft.removePort(port);
  }
  for (const each of [...components, ...services]) draft.remove(each);
  return draft.done();
}

/** Removing makes nothing new. */
export function noNewIds(): never {
  throw editFailure('NodeID', 'nothing new was to be made');
}
