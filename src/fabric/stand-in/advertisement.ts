import {
  type GraphEdge,
  type GraphNode,
  writeGraphml,
  writeServerCytoscape,
  writeServerNodeLink,
} from '../graph/index.js';
import { dumps } from '../python/index.js';
import type { StandInTestbed } from './testbed.js';

/** The testbed as the orchestrator advertises it at level 1: sites, what they have, and the uplinks of their switches. */
export function advertisement({ sites, links }: StandInTestbed, format: string): string {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const byKey = new Map<string, string>();
  const add = (key: string, properties: Record<string, string>): string => {
    const id = String(nodes.length + 1);
    const common = { GraphID: 'advertisement', NodeID: key, StitchNode: 'false' };
    nodes.push({ id, properties: new Map(Object.entries({ ...common, ...properties })) });
    byKey.set(key, id);
    return id;
  };
  const join = (source: string, target: string, relation: string) => {
    edges.push({ source, target, properties: new Map([['Class', relation]]) });
  };
  for (const { name, cores, ramGb, diskGb, components } of sites) {
    const capacities = dumps({ core: cores, disk: diskGb, ram: ramGb });
    const site = add(name, { Class: 'CompositeNode', Name: name, Type: 'Server', Site: name, Capacities: capacities });
    for (const [component, unit] of Object.entries(components)) {
      const [type = '', ...model] = component.split('-');
      const own = { Class: 'Component', Name: component, Type: type, Model: model.join('-') };
      join(site, add(`${name}/${component}`, { ...own, Capacities: dumps({ unit }) }), 'has');
    }
    const service = { Class: 'NetworkService', Name: `${name}_ns`, Type: 'MPLS', Layer: 'L2', Site: name };
    join(site, add(`${name}_ns`, service), 'has');
  }
  for (const { name, bandwidthGbps, ends } of links) {
    const link = add(name, { Class: 'Link', Name: name, Type: 'L2Path', Layer: 'L2' });
    for (const [at, { site, port }] of ends.entries()) {
      const key = `${site}_${ends[1 - at]!.site}`;
      const end = add(key, {
        Class: 'ConnectionPoint',
        Name: key,
        Type: 'TrunkPort',
        Capacities: dumps({ bw: bandwidthGbps }),
        Labels: dumps({ local_name: port }),
      });
      join(byKey.get(`${site}_ns`)!, end, 'connects');
      join(end, link, 'connects');
    }
  }
  const graph = { directed: false, multigraph: false, nodes, edges };
  if (format === 'JSON_NODELINK') return writeServerNodeLink(graph);
  return format === 'CYTOSCAPE' ? writeServerCytoscape(graph) : writeGraphml(graph);
}
