/** The words of slice graphs: classes, types and what a service of each type needs (FIM 1.9.2). */

export type NodeClass = 'NetworkNode' | 'Component' | 'NetworkService' | 'ConnectionPoint' | 'Link' | 'CompositeNode';
export type Relation = 'has' | 'connects';

export const NODE_TYPES = ['Server', 'VM', 'Container', 'Switch', 'NAS', 'Facility'];
export const COMPONENT_TYPES = ['GPU', 'SmartNIC', 'SharedNIC', 'FPGA', 'NVME', 'Storage'];
export const LAYERS = ['L0', 'L1', 'L2', 'L3'];
export const LINK_TYPES = ['Patch', 'L1Path', 'L2Path'];
export const MIRROR_DIRECTIONS = ['Both', 'RX_Only', 'TX_Only'] as const;
export const PORT_TYPES = [
  'AccessPort',
  'TrunkPort',
  'ServicePort',
  'DedicatedPort',
  'SharedPort',
  'vInt',
  'StitchPort',
  'FacilityPort',
  'SubInterface',
];

/** A node of these types must say where it is. */
export const SITED_NODE_TYPES = ['Server', 'VM', 'Container'];

/** What a service of a type may have; 0 is no limit, as FIM writes it. */
export interface ServiceRule {
  readonly minInterfaces: number;
  readonly maxInterfaces: number;
  readonly maxSites: number;
  /** Properties by FIM's own names, as its error texts say them. */
  readonly required: readonly string[];
  readonly forbidden: readonly string[];
  readonly portTypes: readonly string[];
}

const MIRROR = ['mirror_port', 'mirror_vlan', 'mirror_direction'];
const PLAIN = [...MIRROR, 'controller_url'];

function rule(minInterfaces: number, maxInterfaces: number, maxSites: number, forbidden = PLAIN): ServiceRule {
  return { minInterfaces, maxInterfaces, maxSites, required: [], forbidden, portTypes: [] };
}

export const SERVICE_RULES: Readonly<Record<string, ServiceRule>> = {
  P4: rule(1, 0, 1, MIRROR),
  MPLS: rule(1, 0, 1),
  OVS: rule(1, 0, 1, MIRROR),
  L2Path: rule(1, 2, 2),
  L2STS: rule(2, 0, 2, [...PLAIN, 'ero']),
  L2PTP: { ...rule(2, 2, 2), portTypes: ['DedicatedPort', 'FacilityPort', 'SubInterface'] },
  L2Multisite: rule(1, 0, 0),
  L2Bridge: rule(1, 0, 1),
  FABNetv4: rule(1, 0, 1),
  FABNetv6: rule(1, 0, 1),
  PortMirror: {
    ...rule(1, 1, 1, ['controller_url']),
    required: ['mirror_port', 'mirror_direction', 'site'],
  },
  L3VPN: rule(1, 0, 0),
  VLAN: rule(1, 0, 1),
  FABNetv4Ext: rule(1, 0, 1),
  FABNetv6Ext: rule(1, 0, 1),
};

/** Services within a node: no sliver of their own. */
export const INNER_SERVICES = ['P4', 'OVS', 'MPLS', 'VLAN'];

/** Services the orchestrator provisions. */
export const PROVISIONED_SERVICES = [
  'L2STS',
  'L2Bridge',
  'L2PTP',
  'FABNetv4',
  'FABNetv6',
  'PortMirror',
  'FABNetv4Ext',
  'FABNetv6Ext',
  'L3VPN',
];
