import type { AgentStats, FlowSnapshot } from '../../agent/index.js';
import type { ConnectEvent } from './events.js';

/** Something that runs an agent, here or in other threads; what a handle is made of. */
export interface Runner {
  stats(): Promise<AgentStats>;
  flows(most: number): Promise<readonly FlowSnapshot[]>;
  close(): Promise<void>;
}

/** What a runner tells whoever started it. */
export interface RunnerSink {
  events(events: readonly ConnectEvent[]): void;
  /** Lines of `debug`. */
  lines(lines: readonly string[]): void;
  /** It cannot go on. */
  failed(error: Error): void;
}

/** Adds up the counts of several agents. Programs are shared, so the most any has. */
export function sumStats(all: readonly AgentStats[]): AgentStats {
  const sum = { ...all[0]! };
  for (const stats of all.slice(1)) {
    for (const key of Object.keys(sum) as Array<keyof AgentStats>) {
      const shared = key === 'programs' || key === 'datapaths';
      Object.assign(sum, { [key]: shared ? Math.max(sum[key], stats[key]) : sum[key] + stats[key] });
    }
  }
  return sum;
}
