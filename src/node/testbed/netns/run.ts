import type { MirrorCounters } from '../../../twine/index.js';
import type { FailedMirror, RunScope, TestbedChange, TestbedRun } from '../driver.js';
import { failureOf, refuse } from '../failure.js';
import type { ListenerAccess } from '../listener.js';
import { changeState } from './change.js';
import { accessOf } from './listener.js';
import { addMirror, closeMirror, countMirror, openMirror, removeMirror } from './mirrors.js';
import { makeNode, removeHome, removeNode } from './nodes.js';
import { type NodeState, requireState, type TestbedState } from './state.js';

/** What one run has of a testbed of namespaces: its id is in the state with every node, mirror and slice it made. */
export class NetnsRun implements TestbedRun {
  readonly #testbed: string;
  readonly #scope: RunScope;

  constructor(testbed: string, scope: RunScope) {
    this.#testbed = testbed;
    this.#scope = scope;
  }

  async change({ remove, add }: TestbedChange): Promise<FailedMirror[]> {
    return await changeState(this.#testbed, async (state) => {
      for (const name of remove.mirrors) await this.#removeMirror(state, name);
      for (const name of remove.listeners) {
        const node = await this.#removeNode(state, name);
        if (node) removeHome(node);
      }
      if (add.listeners.length > 0) this.#needSlice(state);
      for (const { name, site, cores, ramGiB, diskGiB, nic } of add.listeners) {
        await this.#removeNode(state, name);
        const nics = [{ name: nic.name, model: nic.model, networks: [] }];
        const { id: run, slice } = this.#scope;
        await makeNode(state, { name, slice, site, cores, ramGiB, diskGiB, listener: true, run, nics });
      }
      const failed: FailedMirror[] = [];
      for (const mirror of add.mirrors) {
        await this.#addMirror(state, mirror).catch((error) =>
          failed.push({ mirror: mirror.name, failure: failureOf(error) }),
        );
      }
      this.#dropEmptySlice(state);
      return failed;
    });
  }

  async listener(name: string): Promise<ListenerAccess> {
    return accessOf(this.#nodeOf(requireState(this.#testbed), name));
  }

  async openMirrors(names: readonly string[]): Promise<void> {
    const state = requireState(this.#testbed);
    await Promise.all(names.map((name) => openMirror(state, name)));
  }

  async closeMirrors(names: readonly string[]): Promise<void> {
    const state = requireState(this.#testbed);
    await Promise.all(names.map((name) => closeMirror(state, name)));
  }

  async counters(mirror: string): Promise<MirrorCounters> {
    return await countMirror(requireState(this.#testbed), mirror);
  }

  async #addMirror(state: TestbedState, wanted: TestbedChange['add']['mirrors'][number]): Promise<void> {
    const { name, source, direction, listener, nicPort } = wanted;
    await this.#removeMirror(state, name);
    const site = state.nodes.find((node) => node.name === listener)?.site ?? '';
    await addMirror(state, { name, site, source, direction, node: listener, nicPort, run: this.#scope.id });
  }

  async #removeMirror(state: TestbedState, name: string): Promise<void> {
    if (state.mirrors.some((mirror) => mirror.name === name && mirror.run === this.#scope.id)) {
      await removeMirror(state, name);
    }
  }

  async #removeNode(state: TestbedState, name: string): Promise<NodeState | undefined> {
    const own = state.nodes.find((node) => node.name === name && node.run === this.#scope.id);
    if (own) await removeNode(state, name);
    return own;
  }

  #nodeOf(state: TestbedState, name: string): NodeState {
    const own = state.nodes.find((node) => node.name === name && node.run === this.#scope.id);
    if (own) return own;
    throw refuse({ class: 'resources', scope: 'listener', reason: `listener ${name} is gone` });
  }

  #needSlice(state: TestbedState): void {
    const { id, slice, owner } = this.#scope;
    const there = state.slices.find(({ name }) => name === slice);
    switch (owner) {
      case 'run':
        if (there && there.run !== id) throw configuration(`there is a slice ${slice} already, and it is not ours`);
        if (!there) state.slices.push({ name: slice, run: id });
        return;
      case 'user': {
        const known = state.slices.map(({ name }) => name).join(', ') || 'none';
        if (!there) throw configuration(`there is no slice ${slice} (slices: ${known})`);
      }
    }
  }

  #dropEmptySlice(state: TestbedState): void {
    const { id } = this.#scope;
    state.slices = state.slices.filter(
      ({ name, run }) => run !== id || state.nodes.some(({ slice }) => slice === name),
    );
  }
}

const configuration = (reason: string) => refuse({ class: 'configuration', scope: 'site', reason });
