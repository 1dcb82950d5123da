import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type InventoryInput, type Mirror, type MirrorCounters, sessionLimits } from '../../../twine/index.js';
import { makeFolder } from '../../files/index.js';
import { findHelper } from '../../helper/index.js';
import { namespaces, removeNamespace, requireNamespaces } from '../../namespaces/index.js';
import type { RunScope, TestbedDriver, TestbedRun } from '../driver.js';
import { refuse } from '../failure.js';
import { changeState } from './change.js';
import { countMirror } from './mirrors.js';
import { layRoutes, layUplinks, makeNetwork } from './networks.js';
import { makeNode, removeHome } from './nodes.js';
import { NetnsRun } from './run.js';
import {
  locked,
  type NodeState,
  readState,
  removeState,
  requireState,
  stateFolder,
  type TestbedState,
  writeState,
} from './state.js';
import { livePorts, makeSwitches } from './switches.js';
import { parseTopology, type TopologyInput } from './topology.js';

/** Seconds that making listeners and changing mirrors take here. */
const TIMING = { setupS: 3, rotationS: 1 };

/** A testbed as `mooring testbed show` tells it. */
export interface TestbedView {
  readonly name: string;
  readonly sites: readonly {
    readonly name: string;
    readonly namespace: string;
    readonly freeNics: Readonly<Record<string, number>>;
    readonly ports: readonly {
      readonly name: string;
      readonly device: string;
      readonly peer: string;
      readonly rateBytesPerSecond?: number | undefined;
    }[];
  }[];
  readonly slices: readonly { readonly name: string; readonly leaseEnd?: string | undefined }[];
  readonly nodes: readonly Omit<NodeState, 'run'>[];
  readonly mirrors: readonly (Pick<Mirror, 'name' | 'source' | 'direction'> & {
    readonly site: string;
    readonly destination: string;
    readonly counters?: MirrorCounters | undefined;
  })[];
}

/**
 * A testbed of namespaces on this machine: a switch a site, nodes with dedicated two-port NICs,
 * networks between them, port mirrors that count. Needs root. Its state is in a file: any process
 * can open it by name. Only what carries its prefix is ever touched.
 */
export class NetnsTestbed implements TestbedDriver {
  readonly kind = 'netns';
  readonly name: string;
  readonly reference: string;
  readonly limits = sessionLimits(TIMING);
  readonly helper = findHelper().program;

  private constructor(name: string) {
    this.name = name;
    this.reference = `netns:${name}`;
  }

  /** Builds what `topology` says. What was built of it is removed again when some of it cannot be. */
  static async up(input: TopologyInput): Promise<NetnsTestbed> {
    const topology = parseTopology(input);
    await requireNamespaces();
    const testbed = new NetnsTestbed(topology.name);
    await locked(topology.name, async () => {
      if (readState(topology.name)) {
        throw configuration(`testbed ${topology.name} is up already; take it down first (mooring testbed down)`);
      }
      const state: TestbedState = {
        version: 1,
        name: topology.name,
        prefix: `mrg-${topology.name}`,
        createdMs: Date.now(),
        homes: topology.homes ?? join(stateFolder(), `${topology.name}.homes`),
        topology,
        classifier: 'u32',
        sites: [],
        slices: [],
        nodes: [],
        networks: [],
        mirrors: [],
        resting: [],
        serial: 0,
      };
      makeFolder(state.homes);
      writeState(state);
      try {
        await build(state);
        writeState(state);
      } catch (error) {
        await tearDown(state);
        throw error;
      }
    });
    return testbed;
  }

  /** A testbed that is up. Throws MOORING_ERR_TESTBED_REFUSED when none of that name is. */
  static open(name: string): NetnsTestbed {
    requireState(name);
    return new NetnsTestbed(name);
  }

  /** Removes everything of the testbed; nothing there to remove is well. */
  async down(): Promise<void> {
    await locked(this.name, async () => {
      const state = readState(this.name);
      if (state) await tearDown(state);
    });
  }

  async show(): Promise<TestbedView> {
    const state = requireState(this.name);
    const mirrors = [];
    for (const { name, source, direction, site, destination } of state.mirrors) {
      const counters = await countMirror(state, name).catch(() => undefined);
      mirrors.push({ name, source, direction, site, destination, counters });
    }
    return {
      name: state.name,
      sites: state.sites.map((site) => ({
        name: site.name,
        namespace: site.namespace,
        freeNics: countFree(site.nics),
        ports: livePorts(site).map(({ name, device, rateBytesPerSecond, peer }) => ({
          name,
          device,
          rateBytesPerSecond,
          peer: peer ?? peerOf(state, site.name, name),
        })),
      })),
      slices: state.slices.map(({ name, leaseEndMs }) => ({
        name,
        leaseEnd: leaseEndMs === undefined ? undefined : new Date(leaseEndMs).toISOString(),
      })),
      nodes: state.nodes,
      mirrors,
    };
  }

  async leaseEndUs(slice: string): Promise<number | undefined> {
    const leaseEndMs = requireState(this.name).slices.find(({ name }) => name === slice)?.leaseEndMs;
    return leaseEndMs === undefined ? undefined : leaseEndMs * 1000;
  }

  async renewLease(slice: string, endUs: number): Promise<number> {
    return await changeState(this.name, async (state) => {
      const found = sliceOf(state, slice);
      const endMs = endUs / 1000;
      if (found.leaseEndMs !== undefined && endMs < found.leaseEndMs) {
        throw configuration(`the lease of slice ${slice} ends later than that already`);
      }
      found.leaseEndMs = endMs;
      return sliceOf(state, slice).leaseEndMs! * 1000;
    });
  }

  requireAccess(): void {
    if (process.getuid?.() === 0) return;
    throw configuration('a testbed of namespaces is changed by root alone: run with sudo');
  }

  async inventory(): Promise<InventoryInput> {
    const state = requireState(this.name);
    return {
      sites: state.sites.map((site) => {
        const capacity = state.topology.sites.find(({ name }) => name === site.name)!;
        const there = state.nodes.filter((node) => node.site === site.name);
        const left = (total: number, pick: (node: NodeState) => number): number =>
          there.reduce((rest, node) => rest - pick(node), total);
        return {
          name: site.name,
          cores: left(capacity.cores, ({ cores }) => cores),
          ramGiB: left(capacity.ramGiB, ({ ramGiB }) => ramGiB),
          diskGiB: left(capacity.diskGiB, ({ diskGiB }) => diskGiB),
          nics: Object.entries(countFree(site.nics)).map(([model, available]) => ({
            model,
            available,
            rateBytesPerSecond:
              site.nics.find((nic) => nic.model === model)?.ports[0].rateBytesPerSecond ??
              nominalRateBytesPerSecond(model),
          })),
          ports: livePorts(site).map((port) => ({
            name: port.name,
            rateBytesPerSecond:
              port.rateBytesPerSecond ??
              nominalRateBytesPerSecond(port.name.startsWith('TwentyFive') ? 'ConnectX_5' : ''),
            uplink: site.uplinks.includes(port),
            mirroredBy: state.mirrors.find(({ source, site: at }) => at === site.name && source === port.name)?.name,
          })),
        };
      }),
      timing: TIMING,
    };
  }

  run(scope: RunScope): TestbedRun {
    return new NetnsRun(this.name, scope);
  }
}

async function build(state: TestbedState): Promise<void> {
  const { topology } = state;
  refuseLooseEnds(state);
  await makeSwitches(state);
  await layUplinks(state);
  for (const { name, lease, networks, nodes } of topology.slices) {
    state.slices.push({ name, leaseEndMs: lease === undefined ? undefined : Date.now() + lease / 1000 });
    for (const network of networks) await makeNetwork(state, name, network);
    for (const node of nodes) await makeNode(state, { ...node, slice: name, listener: false });
  }
  await layRoutes(state);
}

async function tearDown(state: TestbedState): Promise<void> {
  for (const name of await namespaces()) {
    if (name.startsWith(`${state.prefix}-`)) await removeNamespace(name);
  }
  rmSync(join(stateFolder(), `${state.name}.homes`), { recursive: true, force: true });
  for (const node of state.nodes) removeHome(node);
  removeState(state.name);
}

function refuseLooseEnds({ topology }: TestbedState): void {
  const sites = new Set(topology.sites.map(({ name }) => name));
  const named = [
    ...topology.uplinks.flatMap(({ sites: ends }) => ends),
    ...topology.slices.flatMap(({ nodes, networks }) => [...nodes, ...networks].map(({ site }) => site)),
  ];
  const unknown = named.find((site) => !sites.has(site));
  if (unknown !== undefined) throw configuration(`there is no site ${unknown} (sites: ${[...sites].join(', ')})`);
}

function sliceOf(state: TestbedState, name: string) {
  const slice = state.slices.find((candidate) => candidate.name === name);
  if (!slice) throw configuration(`there is no slice ${name}`);
  return slice;
}

function peerOf(state: TestbedState, site: string, port: string): string {
  for (const node of state.nodes.filter((candidate) => candidate.site === site)) {
    for (const nic of node.nics) {
      const found = nic.ports.find(({ switchPort }) => switchPort === port);
      if (found) return `${node.name} ${nic.name} ${found.name}`;
    }
  }
  return '';
}

function countFree(nics: TestbedState['sites'][number]['nics']): Record<string, number> {
  const free: Record<string, number> = {};
  for (const { model, node } of nics) free[model] = (free[model] ?? 0) + (node === undefined ? 1 : 0);
  return free;
}

// 25 and 100 Gbit/s.
function nominalRateBytesPerSecond(model: string): number {
  return model === 'ConnectX_5' ? 3.125e9 : 12.5e9;
}

const configuration = (reason: string) => refuse({ class: 'configuration', scope: 'site', reason });
