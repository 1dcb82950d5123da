import { type PropertyGraph, textOf } from '../graph/index.js';
import { Draft, editFailure } from './draft.js';

/** A routed IPv4 network at a site, and the ports of NICs in it. */
export interface NetworkSpec {
  readonly name: string;
  readonly site: string;
  readonly ports: readonly string[];
}

/**
 * Adds a FABNetv4 network to a slice.
 *
 * @throws MooringError ERROR.FABRIC_EDIT where the name is taken, or a port is missing or in use.
 */
export function addNetwork(
  graph: PropertyGraph,
  { name, site, ports }: NetworkSpec,
  newId: () => string,
): PropertyGraph {
  const draft = new Draft(graph, newId);
  if (draft.find('NetworkService', name) !== undefined) throw editFailure(name, 'the slice has a service so named');
  const network = draft.add('NetworkService', { Name: name, Type: 'FABNetv4', Layer: 'L3', Site: site });
  for (const each of ports) {
    const port = draft.get('ConnectionPoint', each);
    if (draft.neighbours(port, 'connects', 'Link').length > 0) throw editFailure(each, 'the port is in use');
    const end = `${name}-${textOf(port.properties, 'Name')}`;
    const servicePort = draft.add(
      'ConnectionPoint',
      { Name: end, Type: 'ServicePort' },
      { on: network, by: 'connects' },
    );
    const link = draft.add('Link', { Name: `${end}-link`, Type: 'Patch', Layer: 'L2' });
    draft.join(port, link, 'connects');
    draft.join(servicePort, link, 'connects');
  }
  return draft.done();
}
