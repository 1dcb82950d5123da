import type { FlowTable } from './flow-table.js';

/** Flows the agent learned of before `untilUs` that never reported with the program their algorithm set. */
export function countUnheard(peers: Iterable<{ readonly flows: FlowTable }>, untilUs: number): number {
  let count = 0;
  for (const { flows } of peers)
    for (const flow of flows.values()) if (flow.isUnheard && flow.createdUs < untilUs) count += 1;
  return count;
}
