import { ip, ipBatch, plugCable } from '../../namespaces/index.js';
import type { NetworkState, TestbedState } from './state.js';
import { deviceOfPort, limitPort, siteOf } from './switches.js';
import type { TopologyNetwork } from './topology.js';
import { layRelay } from './uplink-delay.js';

/** A network service: a bridge on its site's switch; routed ones have a gateway and a /24. */
export async function makeNetwork(state: TestbedState, slice: string, wanted: TopologyNetwork): Promise<void> {
  const number = ++state.serial;
  const network: NetworkState = {
    name: wanted.name,
    slice,
    site: wanted.site,
    type: wanted.type,
    bridge: `br${number}`,
    subnet: wanted.type === 'FABNetv4' ? `10.${128 + (number >> 8)}.${number & 255}` : undefined,
    hosts: 0,
  };
  const { namespace } = siteOf(state, wanted.site)!;
  await ipBatch(namespace, [
    `link add ${network.bridge} type bridge forward_delay 0 stp_state 0 mcast_snooping 0`,
    `link set dev ${network.bridge} alias ${wanted.name}`,
    `link set dev ${network.bridge} up`,
    ...(network.subnet ? [`address add ${network.subnet}.1/24 dev ${network.bridge}`] : []),
  ]);
  state.networks.push(network);
}

/** The cables between switches, each end a port with a name. */
export async function layUplinks(state: TestbedState): Promise<void> {
  for (const [index, { sites, ports, rate, delay }] of state.topology.uplinks.entries()) {
    const [a, b] = sites.map((name) => siteOf(state, name)!) as [State, State];
    const ends = [
      { namespace: a.namespace, device: deviceOfPort(ports[0]), alias: ports[0] },
      { namespace: b.namespace, device: deviceOfPort(ports[1]), alias: ports[1] },
    ] as const;
    if (delay === undefined || delay === 0) await plugCable(...ends);
    else await layRelay(state, ends, delay, index);
    const addresses = uplinkAddresses(index);
    for (const [end, { namespace, device, alias }] of ends.entries()) {
      await ip(namespace, 'address', 'add', `${addresses[end]}/30`, 'dev', device);
      if (rate !== undefined) await limitPort(namespace, device, rate);
      const site = end === 0 ? a : b;
      site.uplinks.push({ name: alias, device, rateBytesPerSecond: rate, peer: `${sites[1 - end]} ${ports[1 - end]}` });
    }
  }
}

/** Static routes so that every routed network is reached from every site, by the fewest uplinks. */
export async function layRoutes(state: TestbedState): Promise<void> {
  for (const site of state.sites) {
    const nextHop = firstSteps(state, site.name);
    const routes = state.networks.flatMap((network) => {
      const via = network.subnet && network.site !== site.name ? nextHop.get(network.site) : undefined;
      return via ? [`route replace ${network.subnet}.0/24 via ${via}`] : [];
    });
    await ipBatch(site.namespace, routes);
  }
}

type State = TestbedState['sites'][number];

// Breadth first from one site: for every other, the address of the first switch on the way.
function firstSteps({ topology }: TestbedState, from: string): Map<string, string> {
  const found = new Map<string, string>([[from, '']]);
  const queue = [from];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const [index, { sites }] of topology.uplinks.entries()) {
      const end = sites.indexOf(at);
      if (end < 0 || found.has(sites[1 - end]!)) continue;
      const next = sites[1 - end]!;
      found.set(next, at === from ? uplinkAddresses(index)[1 - end]! : found.get(at)!);
      queue.push(next);
    }
  }
  found.delete(from);
  return found;
}

function uplinkAddresses(index: number): readonly [string, string] {
  const base = index * 4;
  const prefix = `10.190.${base >> 8}`;
  return [`${prefix}.${(base & 255) + 1}`, `${prefix}.${(base & 255) + 2}`];
}
