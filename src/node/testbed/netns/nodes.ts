import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../files/index.js';
import { ip, ipBatch, makeNamespace, passOver, plugCable, removeNamespace } from '../../namespaces/index.js';
import { refuse } from '../failure.js';
import type { NicState, NodeState, TestbedState } from './state.js';
import { limitPort, siteOf } from './switches.js';

/** FABRIC's range for routed IPv4 networks of experiments. */
export const FABNETV4 = '10.128.0.0/10';

/** A node to make. */
export interface NodeRequest extends Omit<NodeState, 'namespace' | 'home' | 'nics'> {
  readonly nics: readonly {
    readonly name: string;
    readonly model: string;
    readonly networks: readonly (string | null)[];
  }[];
}

/** Makes a node if its site has what it wants. Resources run out for real. */
export async function makeNode(state: TestbedState, request: NodeRequest): Promise<NodeState> {
  const site = siteOf(state, request.site);
  if (!site) throw configuration(`node ${request.name}: there is no site ${request.site}`);
  if (state.nodes.some(({ name }) => name === request.name)) {
    throw configuration(`there is a node ${request.name} already`);
  }
  refuseShortage(state, request);
  const nics = request.nics.map((wanted) => takeNic(site.nics, wanted.model, request));
  const namespace = `${state.prefix}-${request.name}`;
  const home = join(state.homes, request.name);
  const node: NodeState = { ...request, namespace, home, nics: [] };
  makeFolder(home);
  // In the state before it is in the kernel, so that a crash between leaves nothing unknown.
  state.nodes.push(node);
  await makeNamespace(namespace, false);

  const made: NodeState['nics'][number][] = [];
  for (const [index, nic] of nics.entries()) {
    const wanted = request.nics[index]!;
    const ports: NodeState['nics'][number]['ports'][number][] = [];
    for (const [half, port] of nic.ports.entries()) {
      const device = `enp${7 + 2 * index + half}s0`;
      await plugCable({ namespace, device }, { namespace: site.namespace, device: port.device, alias: port.name });
      if (port.rateBytesPerSecond !== undefined) await limitPort(site.namespace, port.device, port.rateBytesPerSecond);
      const [link] = JSON.parse(await ip(namespace, '-j', 'link', 'show', 'dev', device)) as { address: string }[];
      const network = wanted.networks[half];
      const address = network ? await joinNetwork(state, request, namespace, device, port.device, network) : undefined;
      ports.push({
        name: half === 0 ? 'p1' : 'p2',
        interface: device,
        mac: link!.address,
        switchPort: port.name,
        device: port.device,
        address,
      });
    }
    made.push({ name: wanted.name, model: nic.model, ports });
  }
  const finished: NodeState = { ...node, nics: made };
  state.nodes[state.nodes.indexOf(node)] = finished;
  return finished;
}

/** Removes a node, its NICs back in stock; what it has on disk stays. */
export async function removeNode(state: TestbedState, name: string): Promise<void> {
  const node = state.nodes.find((candidate) => candidate.name === name);
  if (!node) return;
  await removeNamespace(node.namespace);
  const site = siteOf(state, node.site);
  for (const nic of site?.nics ?? []) {
    if (nic.node !== name) continue;
    // The cable goes with the namespace, but later; its name on the switch is wanted at once.
    for (const { device } of nic.ports) await passOver(ip(site!.namespace, 'link', 'del', device));
    nic.node = undefined;
  }
  state.nodes = state.nodes.filter((candidate) => candidate !== node);
}

/** Removes a node's files. */
export function removeHome(node: NodeState): void {
  rmSync(node.home, { recursive: true, force: true });
}

async function joinNetwork(
  state: TestbedState,
  { site, slice }: NodeRequest,
  namespace: string,
  device: string,
  switchDevice: string,
  name: string,
): Promise<string | undefined> {
  const network = state.networks.find((candidate) => candidate.name === name && candidate.slice === slice);
  if (!network) throw configuration(`slice ${slice} has no network ${name}`);
  if (network.site !== site) throw configuration(`network ${name} is at ${network.site}, not at ${site}`);
  await ip(siteOf(state, site)!.namespace, 'link', 'set', switchDevice, 'master', network.bridge);
  if (network.subnet === undefined) return undefined;
  network.hosts += 1;
  const address = `${network.subnet}.${network.hosts + 1}`;
  await ipBatch(namespace, [
    `address add ${address}/24 dev ${device}`,
    // Two ports in networks of one testbed: the first carries what is not local to the other.
    `route append ${FABNETV4} via ${network.subnet}.1 dev ${device}`,
  ]);
  return address;
}

function refuseShortage(state: TestbedState, request: NodeRequest): void {
  const { cores, ramGiB, diskGiB } = state.topology.sites.find(({ name }) => name === request.site)!;
  const there = state.nodes.filter(({ site }) => site === request.site);
  const used = (pick: (node: NodeRequest | NodeState) => number): number =>
    there.reduce((sum, node) => sum + pick(node), pick(request));
  const short = [
    ...(used((node) => node.cores) > cores ? ['core'] : []),
    ...(used((node) => node.ramGiB) > ramGiB ? ['ram'] : []),
    ...(used((node) => node.diskGiB) > diskGiB ? ['disk'] : []),
  ];
  if (short.length > 0) throw insufficient(request, short);
}

function takeNic(stock: readonly NicState[], model: string, request: NodeRequest): NicState {
  const free = stock.find((nic) => nic.node === undefined && nic.model === model);
  if (!free) throw insufficient(request, [model]);
  free.node = request.name;
  return free;
}

const insufficient = ({ name, site }: NodeRequest, what: readonly string[]) =>
  refuse({
    class: 'resources',
    scope: 'site',
    reason: `Insufficient resources: [${what.map((item) => `'${item}'`).join(', ')}] at ${site} for ${name}`,
  });

const configuration = (reason: string) => refuse({ class: 'configuration', scope: 'site', reason });
