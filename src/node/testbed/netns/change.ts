import { removeMirror } from './mirrors.js';
import { removeNode } from './nodes.js';
import { locked, requireState, type TestbedState, writeState } from './state.js';

/** Changes a testbed while nobody else does, expired leases first, and keeps what came of it, an error included. */
export async function changeState<T>(testbed: string, work: (state: TestbedState) => Promise<T>): Promise<T> {
  return await locked(testbed, async () => {
    const state = requireState(testbed);
    await endExpired(state);
    try {
      return await work(state);
    } finally {
      writeState(state);
    }
  });
}

// An expired slice is gone by the time anyone looks; nobody runs between looks to do it earlier.
async function endExpired(state: TestbedState): Promise<void> {
  const expired = state.slices.filter(({ leaseEndMs }) => leaseEndMs !== undefined && leaseEndMs < Date.now());
  for (const { name } of expired) {
    for (const mirror of [...state.mirrors]) {
      if (state.nodes.some((node) => node.name === mirror.node && node.slice === name)) {
        await removeMirror(state, mirror.name);
      }
    }
    for (const node of state.nodes.filter(({ slice }) => slice === name)) await removeNode(state, node.name);
    state.slices = state.slices.filter((slice) => slice.name !== name);
  }
}
