import { type PropertyGraph, textOf } from './graph/index.js';
import { type Members, membersOf, rows } from './members.js';
import { SliceGraph } from './model/index.js';
import type { PortLoads } from './port-metrics.js';
import { NIC_MODELS } from './topology/index.js';

const BYTES_PER_GBIT = 125_000_000;

/** A port of a site's switch. */
export interface FabricPort {
  readonly name: string;
  readonly rateBytesPerSecond: number;
  /** Whether it leads to another site. */
  readonly uplink: boolean;
  /** Bytes per second lately, both directions together; not there where nobody says. */
  readonly loadBytesPerSecond?: number | undefined;
  /** The mirror that has it as its source, of those that can be seen. */
  readonly mirroredBy?: string | undefined;
}

/** What is free of a site now. */
export interface FabricSite {
  readonly name: string;
  readonly cores: number;
  readonly ramGiB: number;
  readonly diskGiB: number;
  readonly nics: readonly { readonly model: string; readonly available: number; readonly rateBytesPerSecond: number }[];
  readonly ports: readonly FabricPort[];
}

/**
 * Sites as the orchestrator's summary of resources and one's own slices tell them. A summary names the uplinks only; the
 * port a node hangs on is known from the slice that has the node. Whose mirrors hold a port is seen of one's own alone.
 *
 * @param summary Answer to `GET /resources/summary`; what is not understood is left out.
 */
export function sitesOf(summary: unknown, slices: readonly PropertyGraph[]): FabricSite[] {
  const { sites, links } = membersOf(summary);
  const ports = new Map<string, Map<string, FabricPort>>();
  const note = (site: string, port: FabricPort): void => {
    const known = ports.get(site) ?? new Map<string, FabricPort>();
    ports.set(site, known.set(port.name, { ...port, ...known.get(port.name) }));
  };
  for (const link of rows(links)) {
    const rateBytesPerSecond = (amount(link['bandwidth']) || 100) * BYTES_PER_GBIT;
    for (const { site, port } of rows(link['endpoints'])) {
      // A VLAN of a link does not belong to the port's name.
      if (typeof port === 'string') note(String(site), { name: bare(port), rateBytesPerSecond, uplink: true });
    }
  }
  const mirrors = new Map<string, string>();
  for (const graph of slices) for (const [site, port] of portsIn(graph, mirrors)) note(site, port);
  return rows(sites).map((site) => {
    const name = String(site['name']);
    return {
      name,
      cores: amount(site['cores_available']),
      ramGiB: amount(site['ram_available']),
      diskGiB: amount(site['disk_available']),
      nics: NIC_MODELS.flatMap(({ model, rateGbps }) => {
        const stock = membersOf(membersOf(site['components'])[`SmartNIC-${model}`]);
        const available = Math.floor(amount(stock['available']));
        return available > 0 ? [{ model, available, rateBytesPerSecond: rateGbps * BYTES_PER_GBIT }] : [];
      }),
      ports: [...(ports.get(name)?.values() ?? [])].map((port) => ({
        ...port,
        mirroredBy: mirrors.get(`${name} ${port.name}`),
      })),
    };
  });
}

/** Ports' own rates by the kinds of Cisco's names. */
const KINDS_GBPS: Readonly<Record<string, number>> = {
  TenGigE: 10,
  TwentyFiveGigE: 25,
  FortyGigE: 40,
  HundredGigE: 100,
  FourHundredGigE: 400,
};

/** Sites with what their ports carry. A port that carries something is there although no summary names it. */
export function withLoads(sites: readonly FabricSite[], loads: PortLoads): FabricSite[] {
  return sites.map((site) => {
    const known = site.ports.map((port) => {
      const loadBytesPerSecond = loads.get(`${site.name.toUpperCase()} ${port.name}`);
      return loadBytesPerSecond === undefined ? port : { ...port, loadBytesPerSecond };
    });
    const names = new Set(site.ports.map(({ name }) => name));
    const more = [...loads].flatMap(([key, loadBytesPerSecond]): FabricPort[] => {
      const [at, name = ''] = key.split(' ');
      const rateGbps = KINDS_GBPS[/^([A-Za-z]+)\d+(?:\/\d+)+$/.exec(name)?.[1] ?? ''];
      if (at !== site.name.toUpperCase() || names.has(name) || rateGbps === undefined || !(loadBytesPerSecond > 0)) {
        return [];
      }
      return [{ name, rateBytesPerSecond: rateGbps * BYTES_PER_GBIT, uplink: false, loadBytesPerSecond }];
    });
    return { ...site, ports: [...known, ...more] };
  });
}

/** The ports a slice's services hang on, and into `mirrors` the sources of its mirrors. */
function portsIn(graph: PropertyGraph, mirrors: Map<string, string>): (readonly [site: string, port: FabricPort])[] {
  const slice = new SliceGraph(graph, 'ignored');
  return slice.of('NetworkService').flatMap((service) => {
    const text = (name: string) => textOf(service.properties, name);
    const isMirror = text('Type') === 'PortMirror';
    return slice.neighbours(service, 'connects', 'ConnectionPoint').flatMap((port) => {
      const [peer] = slice.peersOf(port);
      const labels = jsonOf(textOf(port.properties, 'LabelAllocations') ?? textOf(port.properties, 'Labels'));
      // The official client sends a mirror without its site; the switch's name tells it.
      const site = text('Site') ?? /^(\w+)-data-sw/.exec(String(labels['device_name']))?.[1]?.toUpperCase() ?? '';
      if (isMirror) mirrors.set(`${site} ${text('MirrorPort')}`, text('Name') ?? '');
      const name = labels['local_name'];
      if (peer === undefined || textOf(port.properties, 'Type') !== 'ServicePort' || typeof name !== 'string')
        return [];
      const rateGbps = amount(jsonOf(textOf(peer.properties, 'Capacities'))['bw']) || 100;
      return [[site, { name: bare(name), rateBytesPerSecond: rateGbps * BYTES_PER_GBIT, uplink: false }] as const];
    });
  });
}

const bare = (port: string): string => port.replace(/\.\d+$/, '');

const amount = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0);

function jsonOf(text: string | undefined): Members {
  try {
    return membersOf(JSON.parse(text ?? ''));
  } catch {
    return {};
  }
}
