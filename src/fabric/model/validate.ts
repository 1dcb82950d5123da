import type { GraphNode, PropertyGraph } from '../graph/index.js';
import { Refused } from './refused.js';
import { SliceGraph } from './slice-graph.js';
import { readSliver, type Sliver } from './sliver.js';
import { SERVICE_RULES, type ServiceRule, SITED_NODE_TYPES } from './vocabulary.js';

/** A service and its ports, as they were met. */
interface Service {
  readonly node: GraphNode;
  readonly name: string;
  readonly ports: readonly GraphNode[];
}

/**
 * What the orchestrator's FIM checks before anything else, in its order and words. Gives the graph with the sites it
 * filled in: a service within one site gets that of its ports' nodes.
 *
 * @throws Refused with FIM's text.
 */
export function validateSlice(graph: PropertyGraph): PropertyGraph {
  const slice = new SliceGraph(graph, 'respected');
  for (const node of slice.of('NetworkNode')) checkNode(slice, node);
  const services = new Map<string, Service>();
  for (const node of slice.of('NetworkService')) {
    const service = readService(slice, node);
    services.set(service.name, service);
  }
  const sites = new Map<string, string>();
  for (const service of services.values()) {
    const site = checkService(slice, service);
    if (site !== undefined) sites.set(service.node.id, site);
  }
  return withSites(graph, sites);
}

function checkNode(slice: SliceGraph, node: GraphNode): void {
  slice.idOf(node);
  slice.nameOf(node);
  const sliver = readSliver('node', node.properties);
  if (sliver.type === undefined) throw new Refused('None');
  if (SITED_NODE_TYPES.includes(sliver.type) && !sliver.site) {
    throw new Refused(`Node of type ${sliver.type} must have property site set`);
  }
  if (['Switch', 'NAS'].includes(sliver.type) && sliver.written.has('ImageRef')) {
    throw new Refused(`Node of type ${sliver.type} must NOT have property image_type set`);
  }
}

function readService(slice: SliceGraph, node: GraphNode): Service {
  slice.idOf(node);
  const name = slice.nameOf(node);
  const ports = slice.neighbours(node, 'connects', 'ConnectionPoint');
  for (const port of ports) slice.nameOf(port);
  for (const port of ports) checkPort(slice, port);
  return { node, name, ports };
}

function checkPort(slice: SliceGraph, port: GraphNode): Sliver {
  slice.idOf(port);
  const sliver = readSliver('interface', port.properties);
  if (sliver.type === 'DedicatedPort') {
    for (const child of slice.neighbours(port, 'connects', 'ConnectionPoint')) {
      slice.nameOf(child);
      readSliver('interface', child.properties);
    }
  }
  return sliver;
}

/** Gives the site that was inferred for a service that said none. */
function checkService(slice: SliceGraph, { node, name, ports }: Service): string | undefined {
  const sliver = readSliver('service', node.properties);
  const rule = sliver.type === undefined ? undefined : SERVICE_RULES[sliver.type];
  if (rule === undefined) throw new Refused('None');
  const inner = ports.map((port) => nodePortOf(slice, port, sliver, ports));
  const told = `Service ${name} of type ${sliver.type}`;
  if (inner.length < rule.minInterfaces) {
    throw new Refused(`${told} cannot have ${inner.length} interfaces. Limit at least: ${rule.minInterfaces}`);
  }
  if (rule.maxInterfaces > 0 && inner.length > rule.maxInterfaces) {
    throw new Refused(`${told} cannot have ${inner.length} interfaces. Limit at most: ${rule.maxInterfaces}`);
  }
  const site = checkSites(slice, inner, rule, sliver, told);
  checkProperties(sliver, site, rule);
  if (rule.portTypes.length > 0) {
    for (const port of inner) {
      const { type } = readSliver('interface', port.properties);
      if (type !== undefined && rule.portTypes.includes(type)) continue;
      throw new Refused(
        `Service of type ${sliver.type} must use one of the following interface types:` +
          `[${rule.portTypes.join(', ')}] instead of ${type ?? 'None'}`,
      );
    }
  }
  return sliver.site ? undefined : site;
}

/** A service's port stands for the port of a node it is linked to. */
function nodePortOf(slice: SliceGraph, port: GraphNode, service: Sliver, ports: readonly GraphNode[]): GraphNode {
  const sliver = readSliver('interface', port.properties);
  if (sliver.type !== 'ServicePort') return port;
  const peers = slice.peersOf(port);
  for (const peer of peers) {
    if (peer.properties.get('Name') === undefined) throw new Refused('');
    checkPort(slice, peer);
  }
  if (peers.length !== 1) {
    const names = `[${ports.map((each) => `'${slice.nameOf(each)}'`).join(', ')}]`;
    throw new Refused(
      `Interface ${sliver.text} of Network Service ${service.text}${names} has unexpected number of peer interfaces`,
    );
  }
  return peers[0]!;
}

function checkSites(
  slice: SliceGraph,
  ports: readonly GraphNode[],
  rule: ServiceRule,
  sliver: Sliver,
  told: string,
): string | undefined {
  if (rule.maxSites === 0) return sliver.site;
  const sites = new Set(ports.map((port) => siteOfPort(slice, port)));
  if (sites.size > rule.maxSites) {
    throw new Refused(`${told} cannot span ${sites.size} sites. Limit: ${rule.maxSites}.`);
  }
  if (sites.size === 1) return sliver.site || [...sites][0];
  if (sites.size > 1 && sliver.site) {
    throw new Refused(`${told} is multi-site, but site ${sliver.site} was specified in constructor`);
  }
  return sliver.site;
}

/** The site of the node that owns a port: port, service, component, node; or without a component. */
function siteOfPort(slice: SliceGraph, port: GraphNode): string | undefined {
  const sliver = readSliver('interface', port.properties);
  const isSub = sliver.type === 'SubInterface';
  const owner = slice.parentOf(port, 'connects', isSub ? 'ConnectionPoint' : 'NetworkService');
  if (owner === undefined) throw new Refused(`Interface ${sliver.text} has no parent`);
  // Whoever is climbed over is looked up by its NodeID.
  slice.idOf(owner);
  slice.nameOf(owner);
  if (isSub) return siteOfPort(slice, owner);
  const component = slice.parentOf(owner, 'has', 'Component');
  if (component !== undefined) {
    slice.idOf(component);
    slice.nameOf(component);
  }
  const node = slice.parentOf(component ?? owner, 'has', 'NetworkNode');
  if (node === undefined) {
    if (component === undefined) throw new Refused("'NoneType' object has no attribute 'site'");
    throw new Refused(`Component ${readSliver('component', component.properties).text} has no parent`);
  }
  slice.idOf(node);
  slice.nameOf(node);
  return readSliver('node', node.properties).site;
}

/** Properties by the names FIM's rules call them. */
const GRAPH_NAMES: Readonly<Record<string, string>> = {
  mirror_port: 'MirrorPort',
  mirror_vlan: 'MirrorVlan',
  mirror_direction: 'MirrorDirection',
  controller_url: 'ControllerURL',
  ero: 'ERO',
};

function checkProperties(sliver: Sliver, site: string | undefined, rule: ServiceRule): void {
  const has = (name: string) => (name === 'site' ? !!site : !!sliver.written.get(GRAPH_NAMES[name]!));
  for (const name of rule.required) {
    if (!has(name)) throw new Refused(`Service of type ${sliver.type} must have property ${name} set`);
  }
  for (const name of rule.forbidden) {
    if (has(name)) throw new Refused(`Service of type ${sliver.type} must NOT have property ${name} set`);
  }
}

function withSites(graph: PropertyGraph, sites: ReadonlyMap<string, string>): PropertyGraph {
  if (sites.size === 0) return graph;
  const nodes = graph.nodes.map((node) => {
    const site = sites.get(node.id);
    return site === undefined ? node : { ...node, properties: new Map([...node.properties, ['Site', site]]) };
  });
  return { ...graph, nodes };
}
