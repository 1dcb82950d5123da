import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  type CampaignEdit,
  EMPTY_SLICE,
  editForCampaign,
  heldByRun,
  type PropertyGraph,
  readGraphml,
  writeGraphml,
} from '../../../fabric/index.js';
import { type FabricAccount, isMaybeDone, type SliceSummary, type SliverSummary } from '../../fabric/index.js';
import { makeFolder } from '../../files/index.js';
import { sleep, tryLock } from '../../process/index.js';
import type { RunScope } from '../driver.js';
import { refuse } from '../failure.js';
import { mostTelling } from './failing.js';

/** A slice of one's own is asked for this long, and renewed before half of it is over. */
export const LEASE_MS = 24 * 3_600_000;
const SETTLED = ['StableOK', 'StableError'];
const MODIFIED = ['ModifyOK', 'ModifyError'];
const GONE = ['Closing', 'Dead'];
/** The orchestrator is asked again and again: not more often than this where steps take minutes. */
const LONGEST_POLL_MS = 10_000;

/** A slice as a change has left it. */
export interface ChangedSlice {
  readonly id: string;
  readonly graph: PropertyGraph;
  readonly slivers: readonly SliverSummary[];
  /** The graph that was asked for: what failed is in it, and not in the other. */
  readonly wanted: PropertyGraph;
}

/** What a look at a slice that is on its way has shown. */
export interface SliceLook {
  readonly atMs: number;
  readonly slice: SliceSummary;
  readonly slivers: readonly SliverSummary[];
}

/** How long a slice may take, in milliseconds. */
export interface SettleLimits {
  readonly longestMs: number;
  readonly pollMs: number;
}

/** Limits for a testbed whose slices take so many seconds: it is given up on in every state, for one can last for ever. */
export function settleLimits(setupS: number): SettleLimits {
  return { longestMs: 6 * setupS * 1000, pollMs: Math.min(LONGEST_POLL_MS, (setupS * 1000) / 20) };
}

/** The slice a run works in: its own, or a user's. Every change reads the server's graph, and asks for one of it. */
export class HeldSlice {
  readonly #account: FabricAccount;
  readonly #scope: RunScope;
  readonly #limits: SettleLimits;
  readonly #onLook: (look: SliceLook) => void;

  /** `onLook` is told what is seen while a change is waited for. */
  constructor(
    account: FabricAccount,
    scope: RunScope,
    limits: SettleLimits,
    onLook: (look: SliceLook) => void = () => undefined,
  ) {
    this.#account = account;
    this.#scope = scope;
    this.#limits = limits;
    this.#onLook = onLook;
  }

  /** The slice by its name, with its graph; `undefined` where there is none. */
  async find(): Promise<{ readonly summary: SliceSummary; readonly graph: PropertyGraph } | undefined> {
    const { client } = this.#account;
    const [found] = await client.slices(this.#scope.slice);
    if (found === undefined) return undefined;
    const summary = await client.slice(found.id, true);
    return { summary, graph: readGraphml(summary.model ?? '') };
  }

  /** Looks at the slice as it is now; `undefined` where there is none. */
  async look(): Promise<SliceLook | undefined> {
    const { client } = this.#account;
    const [slice] = await client.slices(this.#scope.slice);
    return slice && { atMs: Date.now(), slice, slivers: await client.slivers(slice.id) };
  }

  /** Makes an edit so; gives `undefined` where no slice is left. One process of this machine at a time changes a slice. */
  async change(edit: CampaignEdit): Promise<ChangedSlice | undefined> {
    const letGo = await this.#lock();
    try {
      return await this.#change(edit);
    } finally {
      letGo();
    }
  }

  async #change(edit: CampaignEdit): Promise<ChangedSlice | undefined> {
    const adds = edit.add.listeners.length + edit.add.mirrors.length > 0;
    const { client } = this.#account;
    const { id: run, owner, slice } = this.#scope;
    const [found] = await client.slices(slice);
    if (found === undefined) {
      if (!adds) return undefined;
      if (edit.add.listeners.length === 0) {
        const reason = `the slice ${slice} is gone, and its listeners with it`;
        throw refuse({ class: 'resources', scope: 'listener', reason });
      }
      if (owner === 'user')
        throw refuse(configuration(`there is no slice ${slice} of yours; see mooring fabric slices`));
      const wanted = editForCampaign(EMPTY_SLICE, edit, randomUUID);
      return { ...(await this.#settle(await this.#create(wanted))), wanted };
    }
    const { graph } = await this.#settle(found.id);
    const held = heldByRun(graph, run);
    if (owner === 'run' && held.listeners.length === 0) {
      throw refuse(configuration(`there is a slice ${slice} already, and it is not ours`));
    }
    const going = new Set(edit.remove.listeners);
    if (owner === 'run' && !adds && held.listeners.every((name) => going.has(name))) {
      await this.#delete(found.id);
      return undefined;
    }
    const wanted = editForCampaign(graph, edit, randomUUID);
    if (wanted !== graph) await this.#modify(found.id, wanted);
    return { ...(await this.#settle(found.id)), wanted };
  }

  async #create(graph: PropertyGraph): Promise<string> {
    const key = readFileSync(this.#account.slicePublicKey, 'utf8').trim();
    const isOurs = (text: string): boolean => heldByRun(readGraphml(text), this.#scope.id).listeners.length > 0;
    const end = Date.now() + LEASE_MS;
    return await this.#account.client.create(this.#scope.slice, writeGraphml(graph), [key], end, isOurs);
  }

  /** Where the answer is lost, whether it was done is seen by the slice's state. */
  async #modify(id: string, graph: PropertyGraph): Promise<void> {
    const { client } = this.#account;
    try {
      await client.modify(id, writeGraphml(graph));
    } catch (error) {
      if (!isMaybeDone(error) || SETTLED.includes((await client.slice(id)).state)) throw error;
    }
  }

  async #delete(id: string): Promise<void> {
    const { client } = this.#account;
    try {
      await client.delete(id);
    } catch (error) {
      if (!isMaybeDone(error)) throw error;
      // Of one that is closing already it is not asked again.
      if (SETTLED.includes((await client.slice(id)).state)) await client.delete(id);
    }
    await this.#until(`slice ${this.#scope.slice} is not gone`, async () => {
      const there = await client.slices(this.#scope.slice);
      return there.some((each) => each.id === id) ? undefined : true;
    });
  }

  /** Waits until a slice is at rest; what a modify has brought is accepted. Throws why, where the slice went down. */
  async #settle(id: string): Promise<Omit<ChangedSlice, 'wanted'>> {
    const { client } = this.#account;
    const { state, slivers } = await this.#until(`slice ${this.#scope.slice} does not come to rest`, async () => {
      const slice = await client.slice(id);
      const look = { atMs: Date.now(), slice, slivers: await client.slivers(id) };
      this.#onLook(look);
      const now = slice.state;
      if (MODIFIED.includes(now)) await client.accept(id).catch(passOver);
      return SETTLED.includes(now) || GONE.includes(now) ? { state: now, slivers: look.slivers } : undefined;
    });
    if (GONE.includes(state)) throw refuse(mostTelling(slivers));
    const { model } = await client.slice(id, true);
    return { id, graph: readGraphml(model ?? ''), slivers };
  }

  async #until<T>(complaint: string, look: () => Promise<T | undefined>): Promise<T> {
    const { longestMs, pollMs } = this.#limits;
    const giveUpMs = Date.now() + longestMs;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > giveUpMs) {
        const reason = `${complaint}: waited ${Math.round(longestMs / 1000)} s`;
        throw refuse({ class: 'transient', scope: 'site', reason });
      }
      await sleep(pollMs);
    }
  }

  async #lock(): Promise<() => void> {
    const folder = join(stateFolder(), 'locks');
    makeFolder(folder);
    const path = join(folder, `${encodeURIComponent(this.#scope.slice)}.lock`);
    return await this.#until(`slice ${this.#scope.slice} is being changed by another process`, async () =>
      tryLock(path),
    );
  }
}

/** Folder for what runs on FABRIC keep of hosts and locks. */
export function stateFolder(): string {
  const state = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state');
  return join(state, 'mooring', 'fabric');
}

// Somebody else has accepted it, or it is looked at once more.
const passOver = () => undefined;

const configuration = (reason: string) => ({ class: 'configuration', scope: 'site', reason }) as const;
