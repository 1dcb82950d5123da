import type { Agent } from './agent.js';
import { type FlowChanges, FlowWatch } from './watch.js';

/**
 * What became of an agent's flows since it was asked last, of `most` flows at a time; asked for the first time, all of them
 * begin. From then on what flows report is kept for it, until `most` is 0.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { aimd: Aimd } });
 * watchFlows(agent, 1000).began.length; // 0: it has no flow
 * ```
 */
export function watchFlows(agent: Agent, most: number): FlowChanges {
  agent.watch = most > 0 ? (agent.watch ?? new FlowWatch(most)) : undefined;
  return (agent.watch ?? new FlowWatch(0)).take(agent.openFlows());
}
