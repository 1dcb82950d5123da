import { addListener, addNetwork, addNic, EMPTY_SLICE, type PropertyGraph } from '../../fabric/index.js';
import type { TestbedView } from '../testbed/index.js';

type Node = TestbedView['nodes'][number];

/** The slices of a testbed's topology, as graphs with which their users would have asked for them. */
export function slicesOf({ nodes }: TestbedView, newId: () => string): Map<string, PropertyGraph> {
  const slices = new Map<string, PropertyGraph>();
  for (const node of nodes.filter(({ listener }) => !listener)) {
    slices.set(node.slice, withNode(slices.get(node.slice) ?? EMPTY_SLICE, node, newId));
  }
  for (const [name, graph] of slices) {
    const own = nodes.filter((node) => node.slice === name && !node.listener);
    slices.set(name, withNetworks(graph, own, newId));
  }
  return slices;
}

function withNode(graph: PropertyGraph, node: Node, newId: () => string): PropertyGraph {
  const { name, site, cores, ramGiB, diskGiB, nics } = node;
  const model = (at: number): string => nics[at]!.model.replaceAll('_', '-');
  const room = { cores, ramGb: ramGiB, diskGb: diskGiB };
  const first = addListener(graph, { name, site, nicModel: model(0), ...room }, newId);
  return nics
    .slice(1)
    .reduce(
      (next, _, at) => addNic(next, { node: name, name: nicName(node, at + 1), model: model(at + 1) }, newId),
      first,
    );
}

/** Routed networks, by the subnets of the addresses their ports have. */
function withNetworks(graph: PropertyGraph, nodes: readonly Node[], newId: () => string): PropertyGraph {
  const networks = new Map<string, { readonly site: string; readonly ports: string[] }>();
  for (const node of nodes) {
    for (const [at, { ports }] of node.nics.entries()) {
      for (const { name, address } of ports) {
        if (address === undefined) continue;
        const subnet = address.slice(0, address.lastIndexOf('.'));
        const network = networks.get(subnet) ?? { site: node.site, ports: [] };
        network.ports.push(`${nicName(node, at)}-${name}`);
        networks.set(subnet, network);
      }
    }
  }
  return [...networks].reduce(
    (next, [subnet, { site, ports }]) => addNetwork(next, { name: `net-${subnet}`, site, ports }, newId),
    graph,
  );
}

const nicName = ({ name }: Node, at: number): string => `${name}-nic${at + 1}`;
