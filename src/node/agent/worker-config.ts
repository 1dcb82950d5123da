import type { AgentOptions, AgentStats, FlowChanges, FlowIdentity, FlowSnapshot } from '../../agent/index.js';
import type { U64 } from '../../base/index.js';
import type { Service } from '../../client/index.js';
import type { SocketDescriptor } from '../helper/index.js';
import type { AlgorithmReference } from './algorithms.js';
import type { FlowName } from './beat.js';
import type { ConnectEvent } from './events.js';
import type { JournalledFlow } from './journal.js';
import type { ByHand } from './runner.js';

/** What a worker needs to run an agent; copied to it. */
export interface WorkerConfig {
  readonly index: number;
  readonly descriptor: SocketDescriptor;
  readonly reference: AlgorithmReference;
  readonly agent: Omit<AgentOptions, 'algorithms' | 'ledger'>;
  readonly blocking: boolean;
  readonly firstContacts: readonly string[];
  /** Flows of its share that a former agent had. */
  readonly recalled: readonly JournalledFlow[];
  /** Numbers of flows of its share, to look for at first contacts. */
  readonly sockIds: readonly number[];
  readonly record: string | undefined;
  readonly debug: boolean;
  readonly beat: SharedArrayBuffer;
  readonly journal: SharedArrayBuffer;
  /** Outlives the worker: which programs the datapaths have. */
  readonly ledger: SharedArrayBuffer;
  /** With several workers: its queue. */
  readonly ring?: SharedArrayBuffer;
  /** It takes over the flows in the journal; the culprits’ algorithm is not run again. */
  readonly takeOver?: { readonly culprits: readonly FlowName[] };
}

/** What the thread that reads for several workers needs. */
export interface ReaderConfig {
  readonly descriptor: SocketDescriptor;
  readonly rings: readonly SharedArrayBuffer[];
  readonly ledger: SharedArrayBuffer;
}

/** The functions of a worker of `workers/agent.ts`. */
export interface WorkerService extends Service {
  /** Resolves when it runs. `tell` is called with what happened, a batch at a time. */
  start(config: WorkerConfig, tell: (events: readonly ConnectEvent[], lines: readonly string[]) => void): Promise<void>;
  /** Reads for several workers instead. */
  read(config: ReaderConfig, tell: (events: readonly ConnectEvent[], lines: readonly string[]) => void): Promise<void>;
  stats(): AgentStats;
  flows(most: number): readonly FlowSnapshot[];
  watch(most: number): FlowChanges;
  setField(of: FlowIdentity, field: string, value: U64): ByHand;
  stop(): Promise<void>;
}
