/** What a request asks for, as far as the testbed's policy looks at it. */
export interface PolicyRequest {
  readonly action: string;
  readonly tags: readonly string[];
  /** The cores, GB of RAM and GB of disk of each node that says. */
  readonly cores: readonly number[];
  readonly ramGb: readonly number[];
  readonly diskGb: readonly number[];
  readonly sites: readonly string[];
  /** Components as `SmartNIC_ConnectX_6`. */
  readonly components: readonly string[];
  /** Gbit/s of services that say. */
  readonly bandwidthGbps: readonly number[];
  readonly hasSwitch: boolean;
  /** Sites where a port is mirrored that is not the slice's own. */
  readonly mirrorSites: readonly string[];
  readonly externalIpv4Sites: readonly string[];
  readonly externalIpv6Sites: readonly string[];
  readonly facilityPorts: readonly string[];
  /** Seconds from now to the end of the lease; `undefined` where the request has none. */
  readonly lifetimeS: number | undefined;
}

/** A request that asks for nothing but an action. */
export function bareRequest(action: string, tags: readonly string[], lifetimeS?: number): PolicyRequest {
  return {
    action,
    tags,
    cores: [],
    ramGb: [],
    diskGb: [],
    sites: [],
    components: [],
    bandwidthGbps: [],
    hasSwitch: false,
    mirrorSites: [],
    externalIpv4Sites: [],
    externalIpv6Sites: [],
    facilityPorts: [],
    lifetimeS,
  };
}

/** The longest lease without Slice.NoLimitLifetime. */
export const MAX_LEASE_S = 14 * 86_400 + 300;

interface Rule {
  /** Any of these tags lets it through. */
  readonly tags: readonly string[];
  readonly applies: (request: PolicyRequest) => boolean;
  readonly text: string;
}

const lacking = (tags: string, what: string) => `Policy Violation: Your project is lacking ${tags} tag ${what}`;
const above = (values: readonly number[], limit: number) => values.some((value) => value > limit);

/** Components that want a tag: their own or that of their kind, and what the policy calls them. */
const COMPONENTS: readonly (readonly [component: string, kind: string, words: string])[] = [
  ['GPU_A40', 'GPU', 'GPU_A40'],
  ['GPU_A30', 'GPU', 'GPU_A30'],
  ['GPU_Tesla_T4', 'GPU', 'Tesla T4 GPU'],
  ['GPU_RTX6000', 'GPU', 'RTX6000 GPU'],
  ['FPGA_Xilinx_U280', 'FPGA', 'Xilinx U280 FPGA'],
  ['FPGA_Xilinx_SN1022', 'FPGA', 'Xilinx SN1022 FPGA'],
  ['SmartNIC_ConnectX_6', 'SmartNIC', 'ConnectX-6 SmartNIC'],
  ['SmartNIC_ConnectX_7_400', 'SmartNIC', 'BlueField-3 400G SmartNIC'],
  ['SmartNIC_ConnectX_7_100', 'SmartNIC', 'BlueField-3 100G SmartNIC'],
  ['SmartNIC_ConnectX_5', 'SmartNIC', 'ConnectX-5 SmartNIC'],
  ['NVME_P4510', 'NVME', 'NVME P4510'],
];

const CREATE: readonly Rule[] = [
  {
    tags: ['VM.NoLimitCPU', 'VM.NoLimit'],
    applies: ({ cores }) => above(cores, 2),
    text: lacking('VM.NoLimitCPU or VM.NoLimit', 'to provision VM with more than 2 cores.'),
  },
  {
    tags: ['VM.NoLimitDisk', 'VM.NoLimit'],
    applies: ({ diskGb }) => above(diskGb, 10),
    text: lacking('VM.NoLimitDisk or VM.NoLimit', 'to provision VM with disk over 10GB.'),
  },
  {
    tags: ['VM.NoLimitRAM', 'VM.NoLimit'],
    applies: ({ ramGb }) => above(ramGb, 10),
    text: lacking('VM.NoLimitRAM or VM.NoLimit', 'to provision VM with more than 10GB of RAM.'),
  },
  ...COMPONENTS.map(([component, kind, words]) => ({
    tags: [`Component.${component}`, `Component.${kind}`],
    applies: ({ components }: PolicyRequest) => components.includes(component),
    text: lacking(`Component.${component} or Component.${kind}`, `to provision a VM with ${words}.`),
  })),
  {
    tags: ['Component.Storage'],
    applies: ({ components }) => components.includes('Storage_NAS'),
    text: lacking('Component.Storage', 'to provision a VM with attached storage.'),
  },
  {
    tags: ['Net.FABNetv4Ext'],
    applies: ({ externalIpv4Sites }) => externalIpv4Sites.length > 0,
    text: lacking('Net.FABNetv4Ext', 'to request a slice with external IPv4 connectivity.'),
  },
  {
    tags: ['Net.FABNetv6Ext'],
    applies: ({ externalIpv6Sites }) => externalIpv6Sites.length > 0,
    text: lacking('Net.FABNetv6Ext', 'to request a slice with external IPv6 connectivity.'),
  },
  {
    tags: ['Net.PortMirroring'],
    applies: ({ mirrorSites }) => mirrorSites.length > 0,
    text: lacking('Net.PortMirroring', 'to request a slice that uses port mirroring.'),
  },
  {
    tags: ['Slice.Multisite'],
    applies: ({ sites }) => new Set(sites).size > 1,
    text: lacking('Slice.Multisite', 'to request a slice spanning multiple sites.'),
  },
  {
    tags: [],
    // The rule asks whether EDUKY is among the sites, whatever its text says of others.
    applies: ({ sites, tags }) => tags.includes('Slice.OnlyEDUKY') && !sites.includes('EDUKY'),
    text: 'Policy Violation: Your project is tagged as OnlyEDUKY and cannot use resources on sites other than EDUKY.',
  },
  {
    tags: ['Net.NoLimitBW'],
    applies: ({ bandwidthGbps }) => above(bandwidthGbps, 10),
    text: lacking('Net.NoLimitBW', 'to request links with bandwidth over 10Gbps.'),
  },
  {
    // Each of the ports wants its own tag.
    tags: [],
    applies: ({ facilityPorts, tags }) => facilityPorts.some((port) => !tags.includes(`Net.FacilityPort.${port}`)),
    text: lacking('Net.FacilityPort.<facility-port-name>', 'to request a connection to one or more of the facilities.'),
  },
  {
    tags: ['Slice.NoLimitLifetime'],
    applies: ({ lifetimeS }) => (lifetimeS ?? 0) > MAX_LEASE_S,
    text: lacking('Slice.NoLimitLifetime', 'so you cannot request resource lifetime longer than two weeks.'),
  },
];

const RENEW: readonly Rule[] = [
  {
    tags: ['Slice.NoLimitLifetime'],
    applies: ({ lifetimeS }) => (lifetimeS ?? 0) > MAX_LEASE_S,
    text: lacking('Slice.NoLimitLifetime', 'so you cannot renew resource lifetime by longer than two weeks.'),
  },
];

const SWITCH: Rule = {
  tags: ['Switch.P4'],
  applies: ({ hasSwitch }) => hasSwitch,
  text: lacking('Switch.P4', 'to provision a P4 switch.'),
};

/**
 * What the testbed's policy has against a request (the orchestrator's policy file of August 2026), every reason in its
 * own words, none where it is permitted. What only reads is permitted always.
 */
export function policyDenials(request: PolicyRequest): readonly string[] {
  const rules =
    request.action === 'create' ? (request.hasSwitch ? [SWITCH] : CREATE) : request.action === 'renew' ? RENEW : [];
  return rules.filter((rule) => rule.applies(request) && !permitted(rule, request.tags)).map(({ text }) => text);
}

function permitted({ tags }: Rule, given: readonly string[]): boolean {
  return tags.some((tag) => given.includes(tag));
}
