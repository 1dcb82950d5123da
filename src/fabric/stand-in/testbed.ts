import type { Json } from '../python/index.js';

/** What a site of the stand-in has. */
export interface StandInSite {
  readonly name: string;
  readonly cores: number;
  readonly ramGb: number;
  readonly diskGb: number;
  /** Components by `SmartNIC-ConnectX-6`. */
  readonly components: Readonly<Record<string, number>>;
  readonly workers: number;
}

/** An uplink between two sites. */
export interface StandInLink {
  readonly name: string;
  readonly bandwidthGbps: number;
  readonly ends: readonly [StandInEnd, StandInEnd];
}

interface StandInEnd {
  readonly site: string;
  readonly port: string;
}

/** The testbed the stand-in stands for. */
export interface StandInTestbed {
  readonly sites: readonly StandInSite[];
  readonly links: readonly StandInLink[];
}

const site = (name: string): StandInSite => ({
  name,
  cores: 256,
  ramGb: 4096,
  diskGb: 50_000,
  components: { 'SharedNIC-ConnectX-6': 381, 'SmartNIC-ConnectX-6': 3, 'SmartNIC-ConnectX-5': 2 },
  workers: 4,
});

/** Two sites and the uplink between them. */
export const TWO_SITES: StandInTestbed = {
  sites: [site('INDI'), site('MASS')],
  links: [
    {
      name: 'link1',
      bandwidthGbps: 100,
      ends: [
        { site: 'INDI', port: 'HundredGigE0/0/0/26' },
        { site: 'MASS', port: 'HundredGigE0/0/0/15.2' },
      ],
    },
  ],
};

/** What is taken of a site. */
export interface Taken {
  readonly cores: number;
  readonly ramGb: number;
  readonly diskGb: number;
  readonly components: Readonly<Record<string, number>>;
}

const switchOf = (name: string) => `${name.toLowerCase()}-data-sw`;

const NOTHING_TAKEN: Taken = { cores: 0, ramGb: 0, diskGb: 0, components: {} };

const allocatedOn = ({ cores, ramGb, diskGb }: Taken) => ({
  cores_allocated: cores,
  ram_allocated: ramGb,
  disk_allocated: diskGb,
});

/** The summary of resources, as the orchestrator answers it. */
export function summaryOf({ sites, links }: StandInTestbed, takenOf: (site: string) => Taken): Json {
  return {
    facility_ports: [],
    hosts: sites.flatMap(({ name, workers, cores, ramGb, diskGb, components }) =>
      Array.from({ length: workers }, (_, at) => ({
        // Machines are put on the first one.
        ...allocatedOn(at === 0 ? takenOf(name) : NOTHING_TAKEN),
        name: `${name.toLowerCase()}-w${at + 1}.fabric-testbed.net`,
        site: name,
        state: 'Active',
        cores_capacity: Math.floor(cores / workers),
        ram_capacity: Math.floor(ramGb / workers),
        disk_capacity: Math.floor(diskGb / workers),
        components: Object.fromEntries(
          Object.entries(components).map(([model, capacity]) => {
            const allocated = at === 0 ? (takenOf(name).components[model] ?? 0) : 0;
            return [model, { capacity: Math.floor(capacity / workers), allocated }];
          }),
        ),
      })),
    ),
    links: links.map(({ name, bandwidthGbps, ends }) => ({
      name,
      layer: 'L2',
      bandwidth: bandwidthGbps,
      allocated_bandwidth: 0,
      available_bandwidth: bandwidthGbps,
      sites: ends.map((end) => end.site),
      endpoints: ends.map((end) => ({ site: end.site, node: switchOf(end.site), port: end.port })),
    })),
    sites: sites.map((each) => {
      const taken = takenOf(each.name);
      return {
        name: each.name,
        state: 'Active',
        address: '',
        location: [0, 0],
        ptp_capable: false,
        ipv4_management: false,
        hosts_count: each.workers,
        cores_capacity: each.cores,
        cores_allocated: taken.cores,
        cores_available: each.cores - taken.cores,
        ram_capacity: each.ramGb,
        ram_allocated: taken.ramGb,
        ram_available: each.ramGb - taken.ramGb,
        disk_capacity: each.diskGb,
        disk_allocated: taken.diskGb,
        disk_available: each.diskGb - taken.diskGb,
        components: Object.fromEntries(
          Object.entries(each.components).map(([model, capacity]) => {
            const allocated = taken.components[model] ?? 0;
            return [model, { capacity, allocated, available: capacity - allocated }];
          }),
        ),
      };
    }),
  };
}
