import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { receiverOf, type SeenState, StateHistory, sitesOf, switchPortOf } from '../../../fabric/index.js';
import { type FabricAccount, readClock, readVersions } from '../../fabric/index.js';
import type { RunScope } from '../driver.js';
import { failureOf, refuse } from '../failure.js';
import type { ListenerAccess } from '../listener.js';
import { HeldSlice, settleLimits } from './held-slice.js';
import { FabricRun } from './run.js';

/** What came of one step of a self-test. */
export interface SelftestStep {
  readonly name: string;
  readonly startMs: number;
  readonly tookMs: number;
  readonly ok: boolean;
  /** What was seen, or why it failed. */
  readonly said: string;
}

/** Frames sent out of one port of a NIC, and what its other port saw of them. */
export interface SelftestMirror {
  readonly source: string;
  readonly receiver: string;
  readonly sentPackets: number;
  /** Before there was a mirror: of frames that are not mirrored none may come. */
  readonly withoutMirrorPackets: number;
  readonly filePackets: number;
  readonly ringDroppedPackets: number | null;
  readonly nicReceivedPackets: number | null;
}

/** Everything a self-test has seen. Times are milliseconds since the Unix epoch; what was not seen is null. */
export interface SelftestRecord {
  readonly format: 'mooring-fabric-selftest';
  readonly version: 1;
  readonly startMs: number;
  readonly endMs: number | null;
  readonly ok: boolean | null;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string | null>>;
  /** How far the orchestrator's clock is ahead of ours; known to a second. */
  readonly clockOffsetMs: number | null;
  readonly site: string | null;
  readonly slice: { readonly name: string; readonly id: string | null; readonly leaseEndMs: number | null } | null;
  readonly machine: string | null;
  readonly steps: readonly SelftestStep[];
  readonly states: readonly SeenState[];
  readonly mirror: SelftestMirror | null;
  readonly gather: { readonly bytes: number; readonly seconds: number; readonly bytesPerSecond: number } | null;
  /** The slice, where it could not be removed or was to be kept: `mooring fabric delete` takes it away. */
  readonly left: readonly string[];
}

/** How a self-test is made. */
export interface SelftestOptions {
  /** Where; default a site that has a NIC free, the one with most of them. */
  readonly site?: string | undefined;
  /** Folder for what is brought home. */
  readonly folder: string;
  readonly keep?: boolean;
  readonly bulkBytes?: number;
  /** Asks to stop: what was made is removed. */
  readonly signal?: AbortSignal;
  /** Told of the record after each step, so that one that is killed has said what it made. */
  readonly onRecord?: (record: SelftestRecord) => void;
}

const PINGS = 50;
const BULK_BYTES = 64 * 2 ** 20;
/** Addresses for tests of devices, RFC 2544: nobody routes them. */
const OWN = '198.18.7.1';
const NOBODY = '198.18.7.2';
const NOBODYS_MAC = '02:00:5e:00:53:01';
const TIMING_S = 300;

type Draft = { -readonly [K in keyof SelftestRecord]: SelftestRecord[K] };

/**
 * Goes the whole way of a campaign once, in small: a slice of one machine, a mirror from one port of its NIC to the
 * other, frames through it, a file home, all of it removed. What fails ends it and is in the record; it does not throw.
 */
export async function selftest(account: FabricAccount, options: SelftestOptions): Promise<SelftestRecord> {
  const id = randomBytes(4).toString('hex');
  const scope: RunScope = { id, slice: `mooring-selftest-${id}`, owner: 'run' };
  return await new Selftest(account, scope, options).run();
}

class Selftest {
  readonly #account: FabricAccount;
  readonly #scope: RunScope;
  readonly #options: SelftestOptions;
  readonly #states = new StateHistory();
  readonly #slice: HeldSlice;
  readonly #testbed: FabricRun;
  readonly #node = 'selftest0';
  readonly #record: Draft;
  #nicModel = '';

  constructor(account: FabricAccount, scope: RunScope, options: SelftestOptions) {
    this.#account = account;
    this.#scope = scope;
    this.#options = options;
    const limits = settleLimits(account.setupS ?? TIMING_S);
    this.#testbed = new FabricRun(account, scope, limits);
    this.#slice = new HeldSlice(account, scope, limits, ({ atMs, slice, slivers }) => {
      this.#states.note(slice.name, slice.state, atMs);
      for (const { name, state, notice } of slivers) this.#states.note(name, state, atMs, notice);
      this.#record.slice = { name: slice.name, id: slice.id, leaseEndMs: slice.leaseEndMs ?? null };
      this.#tell();
    });
    this.#record = {
      ...{ format: 'mooring-fabric-selftest', version: 1, startMs: Date.now(), endMs: null, ok: null },
      endpoints: {
        orchestrator: account.url,
        credmgr: account.credmgrUrl,
        coreApi: account.coreApiUrl,
        metrics: account.metricsUrl,
        bastion: `${account.bastion.host}:${account.bastion.port}`,
      },
      ...{ versions: {}, clockOffsetMs: null, site: null, slice: null, machine: null, steps: [], states: [] },
      ...{ mirror: null, gather: null, left: [] },
    };
  }

  async run(): Promise<SelftestRecord> {
    const went = (await this.#reads()) && (await this.#makes());
    const made = this.#record.slice !== null;
    const gone = !made || this.#options.keep === true || (await this.#step('delete', async () => await this.#delete()));
    if (made && (this.#options.keep || !gone)) {
      this.#record.left = [`slice ${this.#scope.slice} (${this.#record.slice?.id ?? 'its id is not known'})`];
    }
    this.#record.endMs = Date.now();
    this.#record.ok = went && gone;
    this.#tell();
    return this.#record;
  }

  async #reads(): Promise<boolean> {
    return (
      (await this.#step('versions', async () => {
        this.#record.versions = await readVersions(this.#account);
        return Object.entries(this.#record.versions)
          .map(([name, version]) => `${name} ${version ?? 'unknown'}`)
          .join(', ');
      })) &&
      (await this.#step('clock', async () => {
        const offsetMs = await readClock(this.#account);
        this.#record.clockOffsetMs = offsetMs ?? null;
        return offsetMs === undefined ? 'the answer has no time' : `${Math.round(offsetMs / 1000)} s ahead of ours`;
      })) &&
      (await this.#step('site', async () => await this.#chooseSite()))
    );
  }

  async #makes(): Promise<boolean> {
    let access: ListenerAccess | undefined;
    let source = '';
    let sent = { sentPackets: 0, filePackets: 0 };
    const there = () => access!;
    return (
      (await this.#step('slice', async () => await this.#create())) &&
      (await this.#step('ssh', async () => {
        access = await this.#testbed.listener(this.#node);
        const [kernel, nics] = [await access.run(['uname', '-sr']), Object.values(access.interfaces).join(', ')];
        this.#record.machine = `${kernel.trim()}; ${nics}`;
        return this.#record.machine;
      })) &&
      (await this.#step('without mirror', async () => {
        sent = await this.#sendAndCapture(there(), 'before.pcap');
        return `${sent.filePackets} of ${sent.sentPackets} frames at the other port, where none should be`;
      })) &&
      (await this.#step('mirror', async () => {
        source = await this.#mirror();
        return `${source} to ${this.#receiver()}`;
      })) &&
      (await this.#step('packets', async () => {
        const withoutMirrorPackets = sent.filePackets;
        const after = await this.#sendAndCapture(there(), 'mirrored.pcap');
        this.#record.mirror = { source, receiver: this.#receiver(), withoutMirrorPackets, ...after };
        const { sentPackets, filePackets } = after;
        if (sentPackets === 0 || filePackets < sentPackets || withoutMirrorPackets >= sentPackets) {
          throw problem(`${filePackets} of ${sentPackets} frames came, ${withoutMirrorPackets} without a mirror`);
        }
        return `${filePackets} of ${sentPackets} frames came`;
      })) &&
      (await this.#step('gather', async () => await this.#gather(there())))
    );
  }

  async #chooseSite(): Promise<string> {
    const free = sitesOf(await this.#account.client.resources(), [])
      .flatMap(({ name, cores, ramGiB, nics }) => nics.map((nic) => ({ name, cores, ramGiB, ...nic })))
      .filter(({ cores, ramGiB }) => cores >= 2 && ramGiB >= 8)
      .filter(({ name }) => this.#options.site === undefined || name === this.#options.site)
      .sort((a, b) => b.available - a.available);
    const [best] = free;
    const where = this.#options.site ?? 'any site';
    if (best === undefined) throw problem(`no dedicated NIC with two cores and 8 GB is free at ${where}`);
    this.#record.site = best.name;
    this.#nicModel = best.model;
    return `${best.name}, ${best.available} ${best.model} free`;
  }

  async #create(): Promise<string> {
    const site = this.#record.site!;
    // The name is on the record before anybody is asked for it.
    this.#record.slice = { name: this.#scope.slice, id: null, leaseEndMs: null };
    this.#tell();
    // A port's place in the switch is told once a network has it.
    const networks = [{ name: 'selftest-net', site, ports: [receiverOf(this.#node, 'p1')] }];
    const listeners = [{ name: this.#node, site, nicModel: this.#nicModel }];
    const changed = await this.#slice.change({ ...this.#edit(), add: { listeners, mirrors: [], networks } });
    if (changed === undefined) throw problem('the slice was not made');
    const bad = changed.slivers.filter(({ state }) => state !== 'Active');
    if (bad.length > 0) throw problem(bad.map(({ name, state, notice }) => `${name} ${state}: ${notice}`).join('; '));
    return `${changed.slivers.length} slivers active`;
  }

  async #mirror(): Promise<string> {
    const found = await this.#slice.find();
    const source = found && switchPortOf(found.graph, receiverOf(this.#node, 'p1'));
    if (source === undefined) throw problem("the slice does not say which port of the switch the NIC's p1 hangs on");
    const mirror = { name: 'selftest-mirror', site: this.#record.site!, source, direction: 'Both' as const };
    const mirrors = [{ ...mirror, receiver: this.#receiver() }];
    const changed = await this.#slice.change({ ...this.#edit(), add: { listeners: [], mirrors } });
    const sliver = changed?.slivers.find(({ name }) => name === mirror.name);
    if (sliver?.state !== 'Active') throw problem(`the mirror is ${sliver?.state ?? 'not there'}: ${sliver?.notice}`);
    return source;
  }

  /** Sends frames to nobody out of p1 and captures at p2; the card's own count beside the file's. */
  async #sendAndCapture(access: ListenerAccess, file: string) {
    const { p1, p2 } = access.interfaces;
    const script = [
      `ip link set ${p1} up; ip link set ${p2} up`,
      `ip addr replace ${OWN}/30 dev ${p1}; ip neigh replace ${NOBODY} lladdr ${NOBODYS_MAC} dev ${p1} nud permanent`,
      `count() { cat /sys/class/net/${p2}/statistics/rx_packets; }`,
      `cd '${access.home}' && tcpdump -n -i ${p2} -w ${file} --immediate-mode icmp and host ${NOBODY} 2> ${file}.log & dump=$!`,
      'n=0; while ! grep -q listening "$log" 2>/dev/null; do n=$((n+1)); [ $n -gt 200 ] && break; sleep 0.05; done',
      `before=$(count); ping -q -c ${PINGS} -i 0.02 -W 1 -I ${p1} ${NOBODY} | grep transmitted; sleep 1; after=$(count)`,
      `kill -INT $dump; wait $dump; echo "nic $((after-before))"; cat "$log"; ip addr del ${OWN}/30 dev ${p1}`,
    ];
    const said = await access.run(['sh', '-c', [`log='${access.home}/${file}.log'`, ...script].join('\n')]);
    const number = (pattern: RegExp): number | null => {
      const [, digits] = pattern.exec(said) ?? [];
      return digits === undefined ? null : Number(digits);
    };
    const filePackets = number(/(\d+) packets? captured/);
    const sentPackets = number(/(\d+) packets transmitted/);
    if (filePackets === null || sentPackets === null) throw problem(`tcpdump or ping did not count: ${said.trim()}`);
    const ringDroppedPackets = number(/(\d+) packets? dropped by kernel/);
    return { sentPackets, filePackets, ringDroppedPackets, nicReceivedPackets: number(/nic (\d+)/) };
  }

  async #gather(access: ListenerAccess): Promise<string> {
    const bytes = this.#options.bulkBytes ?? BULK_BYTES;
    await access.run(['sh', '-c', `head -c ${bytes} /dev/urandom > '${access.home}/bulk'`]);
    const target = join(this.#options.folder, 'bulk');
    const beganMs = performance.now();
    await access.fetch('bulk', target);
    const seconds = (performance.now() - beganMs) / 1000;
    const come = statSync(target).size;
    if (come !== bytes) throw problem(`${come} of ${bytes} bytes came home`);
    await access.fetch('mirrored.pcap', join(this.#options.folder, 'mirrored.pcap'));
    this.#record.gather = { bytes, seconds, bytesPerSecond: bytes / seconds };
    return `${bytes} bytes in ${seconds.toFixed(2)} s, the same checksum at both ends`;
  }

  async #delete(): Promise<string> {
    const { client } = this.#account;
    try {
      await this.#testbed.change({ remove: { listeners: [this.#node], mirrors: [] }, add: NOTHING });
    } catch (error) {
      // Of a slice whose machine failed nothing says that it is ours but its name, which nobody else can have.
      const [ours] = await client.slices(this.#scope.slice);
      if (ours === undefined) throw error;
      await client.delete(ours.id);
    }
    const [still] = await client.slices(this.#scope.slice);
    if (still !== undefined) throw problem(`it was asked for, and the slice is ${still.state}`);
    return 'the slice is closed: no listing has it any more';
  }

  /** Makes a step and keeps what came of it. Only removing is done after one was asked to stop. */
  async #step(name: string, work: () => Promise<string>): Promise<boolean> {
    const startMs = Date.now();
    let said: string;
    let ok = false;
    try {
      if (name !== 'delete') this.#options.signal?.throwIfAborted();
      said = await work();
      ok = true;
    } catch (error) {
      said = failureOf(error).reason;
    }
    this.#record.steps = [...this.#record.steps, { name, startMs, tookMs: Date.now() - startMs, ok, said }];
    this.#tell();
    return ok;
  }

  #tell(): void {
    this.#record.states = this.#states.all();
    this.#options.onRecord?.({ ...this.#record });
  }

  #edit = () => ({ run: this.#scope.id, remove: NOTHING });
  #receiver = (): string => receiverOf(this.#node, 'p2');
}

const NOTHING = { listeners: [], mirrors: [] };

const problem = (reason: string) => refuse({ class: 'transient', scope: 'site', reason });
