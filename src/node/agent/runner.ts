import type { AgentEvent, AgentStats, FlowChanges, FlowIdentity, FlowSnapshot } from '../../agent/index.js';
import type { U64 } from '../../base/index.js';
import type { ConnectEvent } from './events.js';

/** Something that runs an agent, here or in other threads; what a handle is made of. */
export interface Runner {
  stats(): Promise<AgentStats>;
  flows(most: number): Promise<readonly FlowSnapshot[]>;
  /** What became of the flows since it was asked last, of each thread that has any; `most` 0 ends that. */
  watch(most: number): Promise<readonly FlowChanges[]>;
  /** Sets a field by hand; gives the event that says whether it was. */
  setField(of: FlowIdentity, field: string, value: U64): Promise<ByHand>;
  close(): Promise<void>;
}

/** Whether a field was set. */
export type ByHand = AgentEvent & { readonly kind: 'fieldSet' | 'fieldRefused' };

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
