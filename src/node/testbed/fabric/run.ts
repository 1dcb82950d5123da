import { join } from 'node:path';
import { type CampaignEdit, placeOfListener, receiverOf, StateHistory } from '../../../fabric/index.js';
import {
  type Failure,
  type Listener,
  type Mirror,
  type MirrorCounters,
  type MirrorState,
  UNSEEN,
} from '../../../twine/index.js';
import { type FabricAccount, SshHost } from '../../fabric/index.js';
import { makeFolder } from '../../files/index.js';
import { sleep } from '../../process/index.js';
import type { FailedMirror, RunScope, TestbedChange, TestbedRun } from '../driver.js';
import { refuse } from '../failure.js';
import type { ListenerAccess } from '../listener.js';
import { refusalOf, sliverFailure } from './failing.js';
import {
  type ChangedSlice,
  HeldSlice,
  LEASE_MS,
  type SettleLimits,
  type SliceLook,
  stateFolder,
} from './held-slice.js';
import { openListener } from './listener.js';

const DIRECTIONS = { both: 'Both', rx: 'RX_Only', tx: 'TX_Only' } as const;
const LAST_LOOK_MS = 3000;
/** What answers call the slivers of mirrors and networks. */
const MIRROR_SLIVER = 'NetworkServiceSliver';
/** A sliver that was asked for and is in no answer any more. */
const GONE = 'Gone';
/** Who logs in, by the image's kind of system. */
const USERS = ['ubuntu', 'rocky', 'debian', 'centos', 'fedora'] as const;
const UNKNOWN: MirrorCounters = {
  mirroredPackets: null,
  destinationDroppedPackets: null,
  nicReceivedPackets: null,
};

/** What one run has of FABRIC: its id is kept with every machine and mirror it adds. */
export class FabricRun implements TestbedRun {
  readonly #account: FabricAccount;
  readonly #scope: RunScope;
  readonly #slice: HeldSlice;
  readonly #open = new Map<string, { readonly host: SshHost; readonly access: Promise<ListenerAccess> }>();
  /** Site of each listener, which a mirror has to name as well. */
  readonly #sites = new Map<string, string>();
  readonly #states = new StateHistory();
  /** Mirrors whose frames are being captured: these are looked at again and again. */
  readonly #watched = new Set<string>();
  readonly #pollMs: number;
  #watching: NodeJS.Timeout | undefined;
  #leaseEndMs = 0;

  constructor(account: FabricAccount, scope: RunScope, limits: SettleLimits) {
    this.#account = account;
    this.#scope = scope;
    this.#pollMs = limits.pollMs;
    this.#slice = new HeldSlice(account, scope, limits, (look) => this.#note(look));
  }

  async change({ remove, add }: TestbedChange): Promise<readonly FailedMirror[]> {
    const edit: CampaignEdit = {
      run: this.#scope.id,
      remove,
      add: { listeners: add.listeners.map(listenerSpec), mirrors: [] },
    };
    try {
      for (const { name, site } of add.listeners) this.#sites.set(name, site);
      // A name that comes again has a history of its own.
      for (const name of [...remove.mirrors, ...add.mirrors.map((mirror) => mirror.name)]) this.#states.forget(name);
      const mirrors = await Promise.all(add.mirrors.map(async (mirror) => await this.#mirrorSpec(mirror)));
      const changed = await this.#slice.change({ ...edit, add: { ...edit.add, mirrors } });
      for (const name of remove.listeners) await this.#forget(name);
      if (changed === undefined) return [];
      await this.#keepLease();
      return failuresOf(changed, add);
    } catch (error) {
      throw refusalOf(error);
    }
  }

  async listener(name: string): Promise<ListenerAccess> {
    const known = this.#open.get(name);
    if (known) return await known.access;
    try {
      return await this.#reach(name);
    } catch (error) {
      await this.#forget(name);
      throw refusalOf(error);
    }
  }

  /** A mirror of FABRIC sends from when it is active: nothing holds its frames back. The lease is looked after. */
  async openMirrors(names: readonly string[]): Promise<void> {
    for (const name of names) this.#watched.add(name);
    this.#watch();
    await this.#keepLease().catch(() => undefined);
  }

  /** What the mirrors' slivers are in the end is looked at once more. */
  async closeMirrors(names: readonly string[]): Promise<void> {
    // A capture's end does not wait for an API that does not answer.
    await Promise.race([this.#look(), sleep(LAST_LOOK_MS)]);
    for (const name of names) this.#watched.delete(name);
    if (this.#watched.size === 0) clearTimeout(this.#watching);
  }

  mirrorStates(name: string): readonly MirrorState[] {
    return this.#states.of(name).map(({ atMs, state }) => ({ fromUs: atMs * 1000, state }));
  }

  /** The switches' counters are not ours to read, and those of a NIC that is never still tell nothing of one capture. */
  async counters(): Promise<MirrorCounters> {
    return UNKNOWN;
  }

  #watch(): void {
    clearTimeout(this.#watching);
    // Nobody waits for it: a process that has nothing else to do ends.
    this.#watching = setTimeout(() => {
      void this.#look().then(() => {
        if (this.#watched.size > 0) this.#watch();
      });
    }, this.#pollMs).unref();
  }

  async #look(): Promise<void> {
    try {
      const look = await this.#slice.look();
      if (look) this.#note(look);
      else this.#noteAll(GONE);
    } catch {
      // Whoever asks the API for something is told; of the mirror nothing is known.
      this.#noteAll(UNSEEN);
    }
  }

  #noteAll(state: string): void {
    for (const name of this.#watched) this.#states.note(name, state, Date.now());
  }

  #note({ atMs, slivers }: SliceLook): void {
    const there = new Map(slivers.map((sliver) => [sliver.name, sliver]));
    for (const [name, { kind, state, notice }] of there) {
      if (kind === MIRROR_SLIVER) this.#states.note(name, state, atMs, notice);
    }
    for (const name of this.#watched) if (!there.has(name)) this.#states.note(name, GONE, atMs);
  }

  async #reach(name: string): Promise<ListenerAccess> {
    const found = await this.#slice.find();
    const place = found && placeOfListener(found.graph, name, this.#scope.id);
    if (place === undefined) throw gone(name, `it is not in the slice ${this.#scope.slice}`);
    if (place.managementIp === undefined) throw gone(name, 'it has no address');
    const folder = join(stateFolder(), this.#scope.id, name);
    makeFolder(folder);
    const { bastion, sliceKey: key } = this.#account;
    const user = USERS.find((each) => place.image.includes(each)) ?? 'ubuntu';
    const host = new SshHost({ bastion, address: place.managementIp, user, key, folder });
    const access = openListener(host, { name, run: this.#scope.id, macs: place.macs });
    this.#open.set(name, { host, access });
    return await access;
  }

  async #forget(name: string): Promise<void> {
    const known = this.#open.get(name);
    this.#open.delete(name);
    await known?.host.close();
  }

  async #mirrorSpec({ name, source, direction, listener, nicPort }: Mirror) {
    const site = this.#sites.get(listener) ?? (await this.#siteOf(listener));
    return { name, site, source, direction: DIRECTIONS[direction], receiver: receiverOf(listener, nicPort) };
  }

  // A run that goes on after a crash has not asked for its listeners itself.
  async #siteOf(listener: string): Promise<string> {
    const found = await this.#slice.find();
    const site = found && placeOfListener(found.graph, listener, this.#scope.id)?.site;
    if (site === undefined) throw gone(listener, `it is not in the slice ${this.#scope.slice}`);
    this.#sites.set(listener, site);
    return site;
  }

  /** A user's lease is the user's; our own lasts as long as we do. */
  async #keepLease(): Promise<void> {
    if (this.#scope.owner === 'user' || this.#leaseEndMs - Date.now() > LEASE_MS / 2) return;
    const { client } = this.#account;
    const [slice] = await client.slices(this.#scope.slice);
    this.#leaseEndMs = slice?.leaseEndMs ?? 0;
    if (slice === undefined || this.#leaseEndMs - Date.now() > LEASE_MS / 2) return;
    this.#leaseEndMs = (await client.renew(slice.id, Date.now() + LEASE_MS)) ?? 0;
  }
}

function listenerSpec({ name, site, image, cores, ramGiB, diskGiB, nic }: Listener) {
  return { name, site, nicModel: nic.model, cores, ramGb: ramGiB, diskGb: diskGiB, image: `${image},qcow2` };
}

/** Mirrors that are not there as asked for. A listener that is not is thrown: without it nothing can be captured. */
function failuresOf({ graph, slivers, wanted }: ChangedSlice, add: TestbedChange['add']): FailedMirror[] {
  // What failed is no more in the slice's graph; what was asked for twice is there by the first request's id.
  const ids = new Map([...wanted.nodes, ...graph.nodes].map(({ properties }) => [properties.get('Name'), properties]));
  const sliverOf = (name: string) => slivers.find(({ nodeId }) => nodeId === ids.get(name)?.get('NodeID'));
  const failing = (name: string, scope: Failure['scope']): Failure | undefined => {
    const sliver = sliverOf(name);
    if (sliver?.state === 'Active') return undefined;
    const why = sliver && sliverFailure(sliver, scope);
    return (
      why ?? {
        class: 'transient',
        scope,
        reason: `${name} did not come up (${sliver?.state ?? 'no part of the slice'})`,
      }
    );
  };
  for (const { name } of add.listeners) {
    const failure = failing(name, 'site');
    if (failure) throw refuse(failure);
  }
  return add.mirrors.flatMap(({ name, source }) => {
    // States alone would believe a mirror that still sees another port.
    const seen = ids.get(name)?.get('MirrorPort');
    const other = `it mirrors ${seen}, not ${source}`;
    const failure =
      failing(name, 'mirror') ??
      (seen === source ? undefined : ({ class: 'transient', scope: 'mirror', reason: other } as const));
    return failure ? [{ mirror: name, failure }] : [];
  });
}

const gone = (name: string, why: string) =>
  refuse({ class: 'resources', scope: 'listener', reason: `listener ${name} is gone: ${why}` });
