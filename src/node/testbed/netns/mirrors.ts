import type { MirrorCounters, MirrorDirection } from '../../../twine/index.js';
import { ip, passOver, tc } from '../../namespaces/index.js';
import { sleep } from '../../process/index.js';
import { refuse } from '../failure.js';
import { untilBacklogHandled } from './backlog.js';
import type { MirrorState, SiteState, TestbedState } from './state.js';
import { livePorts, siteOf } from './switches.js';

const SETTLE_MS = 5000;

/** A mirror session to make. */
export type MirrorRequest = Omit<MirrorState, 'destination' | 'action' | 'base'>;

/**
 * Makes a mirror session under a switch's rules: whole ports, one session per source and per
 * destination, both on this switch, the destination in no network. The session is a tc action that
 * filters point to; it counts as long as it lives, whether filters are there or not.
 */
export async function addMirror(state: TestbedState, request: MirrorRequest): Promise<void> {
  const site = siteOf(state, request.site);
  if (!site) throw configuration(`mirror ${request.name}: there is no site ${request.site}`);
  const source = livePorts(site).find(({ name }) => name === request.source);
  if (request.source.includes('.')) {
    throw configuration(`incompatible value ${request.source}: a mirrored port has no VLAN`);
  }
  if (!source) throw configuration(`${site.name}-data-sw has no port ${request.source}`);
  if (state.mirrors.some(({ name }) => name === request.name)) {
    throw configuration(`there is a mirror session ${request.name} already, and it is not ours`);
  }
  const { nicPort, device } = destinationOf(state, request);
  const busy = state.mirrors.find((mirror) => mirror.site === site.name && mirror.source === request.source);
  if (busy) {
    throw transient(
      `SPAN session ${busy.name} has ${request.source}: this platform doesnt support configuring multiple attachments of a traffic class`,
    );
  }
  const other = state.mirrors.find((mirror) => mirror.site === site.name && mirror.destination === nicPort);
  if (other)
    throw transient(`Destination interface ${nicPort} is already configured for use with session ${other.name}`);
  refuseResting(state, site, [request.source, nicPort]);

  const action = ++state.serial;
  await switchTc(
    site,
    'actions',
    'add',
    'action',
    'mirred',
    'egress',
    'mirror',
    'dev',
    device,
    'index',
    String(action),
  );
  const mirror: MirrorState = {
    ...request,
    destination: nicPort,
    action,
    base: { nicPackets: await nicPackets(state, request), droppedPackets: await dropped(site, device) },
  };
  state.mirrors.push(mirror);
}

/** Points the source port at the session: from now on frames are mirrored. */
export async function openMirror(state: TestbedState, name: string): Promise<void> {
  const { site, source, direction, action } = mirrorOf(state, name);
  const device = deviceOf(site, source);
  await passOver(tc(site.namespace, 'qdisc', 'add', 'dev', device, 'clsact'));
  const classifier = state.classifier === 'matchall' ? ['matchall'] : ['u32', 'match', 'u32', '0', '0'];
  for (const [hook, prio] of hooks(direction)) {
    const place = ['dev', device, hook, 'prio', prio];
    await passOver(tc(site.namespace, 'filter', 'del', ...place));
    await switchTc(
      site,
      ...['filter', 'add', ...place, 'protocol', 'all', ...classifier],
      ...['action', 'mirred', 'index', String(action)],
    );
  }
}

/** Takes the source port off the session and waits until what was under way has reached the NIC. */
export async function closeMirror(state: TestbedState, name: string): Promise<void> {
  const { site, source, direction, action, destination } = mirrorOf(state, name);
  const device = deviceOf(site, source);
  for (const [hook, prio] of hooks(direction)) {
    await passOver(tc(site.namespace, 'filter', 'del', 'dev', device, hook, 'prio', prio));
  }
  const giveUpMs = Date.now() + SETTLE_MS;
  for (;;) {
    // The kernel lets go of a removed filter after its last packet; then the queue must run empty.
    const [bound, queued] = await Promise.all([
      actionOf(site, action).then(({ bind }) => bind),
      queueOf(site, deviceOf(site, destination)).then(({ backlog }) => backlog),
    ]);
    if ((bound === 0 && queued === 0) || Date.now() > giveUpMs) break;
    await sleep(5);
  }
  await untilBacklogHandled();
}

/** Removes a session; both its ports rest for the switch's teardown delay. Gone already is well. */
export async function removeMirror(state: TestbedState, name: string): Promise<void> {
  const mirror = state.mirrors.find((candidate) => candidate.name === name);
  if (!mirror) return;
  await passOver(closeMirror(state, name));
  const site = siteOf(state, mirror.site);
  if (site) await passOver(tc(site.namespace, 'actions', 'del', 'action', 'mirred', 'index', String(mirror.action)));
  state.mirrors = state.mirrors.filter((candidate) => candidate !== mirror);
  const untilMs = Date.now() + state.topology.teardownDelay / 1000;
  if (state.topology.teardownDelay > 0) {
    for (const port of [mirror.source, mirror.destination]) state.resting.push({ site: mirror.site, port, untilMs });
  }
}

/** What a session has counted since it was made. */
export async function countMirror(state: TestbedState, name: string): Promise<MirrorCounters> {
  const { site, action, destination, base, mirror } = mirrorOf(state, name);
  const device = deviceOf(site, destination);
  const { stats } = await actionOf(site, action);
  return {
    mirroredPackets: stats.packets,
    destinationDroppedPackets: (await dropped(site, device)) - base.droppedPackets,
    nicReceivedPackets: (await nicPackets(state, mirror)) - base.nicPackets,
  };
}

function mirrorOf(state: TestbedState, name: string) {
  const mirror = state.mirrors.find((candidate) => candidate.name === name);
  if (!mirror) throw transient(`there is no mirror session ${name}`);
  return { ...mirror, mirror, site: siteOf(state, mirror.site)! };
}

function destinationOf(state: TestbedState, { node, nicPort, site }: MirrorRequest) {
  const there = state.nodes.find(({ name }) => name === node);
  const port = there?.nics.flatMap(({ ports }) => ports).find(({ name }) => name === nicPort);
  if (!there || !port) throw configuration(`there is no NIC port ${nicPort} of a node ${node}`);
  if (there.site !== site) throw configuration(`${node} is at ${there.site}; a mirror stays on the switch of ${site}`);
  if (port.address !== undefined)
    throw configuration(`${port.switchPort} is in a network; a mirror's destination may not be`);
  return { nicPort: port.switchPort, device: port.device };
}

function refuseResting(state: TestbedState, site: SiteState, ports: readonly string[]): void {
  const now = Date.now();
  state.resting = state.resting.filter(({ untilMs }) => untilMs > now);
  const resting = state.resting.find((entry) => entry.site === site.name && ports.includes(entry.port));
  if (resting) {
    throw transient(`Destination interface ${resting.port} is already configured for use with session being torn down`);
  }
}

// u32 shares its tables per qdisc: with one priority for both hooks, reading them back would lie.
const hooks = (direction: MirrorDirection): (readonly ['ingress' | 'egress', string])[] => [
  ...(direction === 'tx' ? [] : [['ingress', '10'] as const]),
  ...(direction === 'rx' ? [] : [['egress', '20'] as const]),
];

function deviceOf(site: SiteState, port: string): string {
  return [...site.uplinks, ...site.nics.flatMap(({ ports }) => ports)].find(({ name }) => name === port)!.device;
}

async function switchTc(site: SiteState, ...args: string[]): Promise<string> {
  try {
    return await tc(site.namespace, ...args);
  } catch (error) {
    throw transient(`Network Element Driver: device ${site.name}-data-sw: ${(error as Error).message}`);
  }
}

interface Action {
  readonly bind: number;
  readonly stats: { readonly packets: number; readonly bytes: number };
}

async function actionOf(site: SiteState, index: number): Promise<Action> {
  const list = JSON.parse(await switchTc(site, '-s', '-j', 'actions', 'list', 'action', 'mirred')) as {
    actions?: (Action & { index: number })[];
  }[];
  const found = list.flatMap(({ actions }) => actions ?? []).find((action) => action.index === index);
  if (!found) throw transient(`${site.name}-data-sw has lost a mirror session`);
  return found;
}

async function queueOf(site: SiteState, device: string): Promise<{ drops: number; backlog: number }> {
  const list = JSON.parse(await switchTc(site, '-s', '-j', 'qdisc', 'show', 'dev', device)) as {
    root?: boolean;
    drops?: number;
    qlen?: number;
  }[];
  const root = list.find((qdisc) => qdisc.root === true);
  return { drops: root?.drops ?? 0, backlog: root?.qlen ?? 0 };
}

// A port drops in its queue, or when the NIC's own receive queue is full.
async function dropped(site: SiteState, device: string): Promise<number> {
  const { drops } = await queueOf(site, device);
  return drops + (await linkStats(site.namespace, device)).tx.dropped;
}

async function nicPackets(state: TestbedState, { node, nicPort }: MirrorRequest): Promise<number> {
  const there = state.nodes.find(({ name }) => name === node);
  const port = there?.nics.flatMap(({ ports }) => ports).find(({ name }) => name === nicPort);
  if (!there || !port) {
    throw refuse({ class: 'resources', scope: 'listener', reason: `listener ${node} is gone` });
  }
  return (await linkStats(there.namespace, port.interface)).rx.packets;
}

interface LinkStats {
  readonly rx: { readonly packets: number; readonly dropped: number };
  readonly tx: { readonly packets: number; readonly dropped: number };
}

async function linkStats(namespace: string, device: string): Promise<LinkStats> {
  const [link] = JSON.parse(await ip(namespace, '-s', '-j', 'link', 'show', 'dev', device)) as { stats64: LinkStats }[];
  return link!.stats64;
}

const configuration = (reason: string) => refuse({ class: 'configuration', scope: 'site', reason });
const transient = (reason: string) => refuse({ class: 'transient', scope: 'site', reason });
