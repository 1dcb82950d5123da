import { makeNamespace, passOver, tc } from '../../namespaces/index.js';
import type { PortState, SiteState, TestbedState } from './state.js';
import type { Topology } from './topology.js';

const BURST_S = 0.002;
const QUEUE_S = 0.01;

/**
 * A switch's device for a port: the letters of its kind and its numbers, as `hu0-0-0-5` for
 * `HundredGigE0/0/0/5`; device names end at 15 characters and hold no slash. The full name is the
 * device's alias.
 */
export function deviceOfPort(port: string): string {
  const [, kind, numbers] = /^([A-Za-z]+)([0-9/]*)$/.exec(port)!;
  const device = `${kind!.slice(0, 2).toLowerCase()}${numbers!.replaceAll('/', '-')}`;
  return device.length <= 15 ? device : `${device.slice(0, 8)}${hash(port)}`;
}

/** Makes the switches and the NIC stock of every site. */
export async function makeSwitches(state: TestbedState): Promise<void> {
  for (const site of state.topology.sites) {
    const namespace = `${state.prefix}-sw-${site.name}`;
    await makeNamespace(namespace, true);
    state.sites.push({ name: site.name, namespace, uplinks: [], nics: stockOf(site, state.topology) });
  }
  state.classifier = await probeClassifier(state.sites[0]!.namespace);
}

/** Holds a switch port to its speed (bytes per second); what does not fit its queue is dropped and counted. */
export async function limitPort(namespace: string, device: string, rateBytesPerSecond: number): Promise<void> {
  const burst = Math.max(16_384, Math.round(rateBytesPerSecond * BURST_S));
  const limit = burst + Math.max(65_536, Math.round(rateBytesPerSecond * QUEUE_S));
  await tc(
    namespace,
    ...['qdisc', 'add', 'dev', device, 'root', 'handle', '1:'],
    ...['tbf', 'rate', `${Math.round(rateBytesPerSecond * 8)}bit`, 'burst', String(burst), 'limit', String(limit)],
  );
}

export function siteOf(state: TestbedState, name: string): SiteState | undefined {
  return state.sites.find((site) => site.name === name);
}

/** Every port of a site's switch that exists now: uplinks and the ports of NICs that are in a node. */
export function livePorts(site: SiteState): PortState[] {
  return [...site.uplinks, ...site.nics.filter(({ node }) => node !== undefined).flatMap(({ ports }) => ports)];
}

function stockOf({ name, nics }: Topology['sites'][number], topology: Topology): SiteState['nics'] {
  const taken = new Set([
    ...nics.flatMap(({ ports }) => ports),
    ...topology.uplinks.flatMap(({ sites, ports }) => ports.filter((_, end) => sites[end] === name)),
  ]);
  let serial = 4;
  const invent = (model: string): string => {
    for (;;) {
      const port = `${model.includes('5') ? 'TwentyFiveGigE' : 'HundredGigE'}0/0/0/${serial++}`;
      if (!taken.has(port)) return port;
    }
  };
  return nics.flatMap(({ model, count, rate, ports }) => {
    const names = [...ports];
    const port = (): PortState => {
      const own = names.shift() ?? invent(model);
      return { name: own, device: deviceOfPort(own), rateBytesPerSecond: rate };
    };
    return Array.from({ length: count }, () => ({ model, ports: [port(), port()] as const }));
  });
}

function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ letter.charCodeAt(0), 0x01000193);
  return (value >>> 0).toString(36).padStart(7, '0').slice(-7);
}

/** Which catch-all classifier this kernel has; tried on the loopback device of our own `namespace`. */
async function probeClassifier(namespace: string): Promise<'matchall' | 'u32'> {
  await tc(namespace, 'qdisc', 'add', 'dev', 'lo', 'clsact');
  try {
    await tc(namespace, 'filter', 'add', 'dev', 'lo', 'ingress', 'prio', '1', 'matchall');
    return 'matchall';
  } catch {
    return 'u32';
  } finally {
    await passOver(tc(namespace, 'qdisc', 'del', 'dev', 'lo', 'clsact'));
  }
}
