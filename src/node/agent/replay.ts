import { Agent, type AgentEvent, type AgentOptions, type AgentStats } from '../../agent/index.js';
import { decodeMessages, formatMessage } from '../../wire/index.js';
import type { AlgorithmSet } from './algorithms.js';
import type { RecordedMessage } from './recorder.js';

/** The first place where the agent said something else than in the recording. */
export interface Divergence {
  /** Counts the agent's messages from 0. */
  readonly index: number;
  readonly timeUs: number;
  readonly recorded: string | undefined;
  readonly replayed: string | undefined;
}

/** What came of a replay. */
export interface RecordingReplayResult {
  readonly messagesIn: number;
  readonly recordedOut: number;
  readonly replayedOut: number;
  /** Absent where every message of the agent is as it was. */
  readonly divergence?: Divergence;
  readonly events: Readonly<Record<string, number>>;
  readonly stats: AgentStats;
}

/** How {@link replayRecording} is watched. */
export interface RecordingReplayOptions extends Omit<AgentOptions, 'algorithms' | 'default' | 'ledger'> {
  /** Called with each message both ways, in words. */
  readonly onLine?: (line: string) => void;
  readonly onEvent?: (event: AgentEvent, timeUs: number) => void;
}

/** How long the agent's timers have before they run in a replay: the slice of a live agent. */
const SLICE_US = 20_000;

/**
 * Feeds the datapaths' messages of a recording to an agent at their times, and compares what it says with
 * what was said then. With the same algorithms it says the same.
 *
 * @example
 * ```ts
 * const ready = encodeMessage({ type: 'ready', id: 1 });
 * const messages = [{ timeUs: 0, direction: 'in', address: 'dp', bytes: ready }] as const;
 * console.log(replayRecording(messages, { algorithms: { aimd: Aimd } }).messagesIn); // 1
 * ```
 */
export function replayRecording(
  messages: readonly RecordedMessage[],
  algorithms: AlgorithmSet,
  { onLine, onEvent, ...options }: RecordingReplayOptions = {},
): RecordingReplayResult {
  const agent = new Agent({ ...options, ...algorithms });
  const recorded = messages.filter(({ direction }) => direction === 'out');
  const replayed: RecordedMessage[] = [];
  const events: Record<string, number> = {};
  let messagesIn = 0;
  const take = (timeUs: number, outputs: ReturnType<Agent['tick']>) => {
    for (const { address, bytes } of outputs.messages) {
      replayed.push({ timeUs, direction: 'out', address, bytes });
      onLine?.(`${(timeUs / 1e6).toFixed(6)} -> ${address} ${inWords(bytes)}`);
    }
    for (const event of outputs.events) {
      events[event.kind] = (events[event.kind] ?? 0) + 1;
      onEvent?.(event, timeUs);
    }
  };
  for (const { timeUs, direction, address, bytes } of messages) {
    if (direction !== 'in') continue;
    for (let next = agent.nextWakeupUs(); next + SLICE_US < timeUs; next = agent.nextWakeupUs()) {
      take(next, agent.tick(next));
    }
    messagesIn += 1;
    onLine?.(`${(timeUs / 1e6).toFixed(6)} <- ${address} ${inWords(bytes)}`);
    take(timeUs, agent.handle(bytes, address, timeUs));
  }
  const divergence = firstDivergence(recorded, replayed);
  return {
    messagesIn,
    recordedOut: recorded.length,
    replayedOut: replayed.length,
    ...(divergence ? { divergence } : {}),
    events,
    stats: agent.stats(),
  };
}

function firstDivergence(
  recorded: readonly RecordedMessage[],
  replayed: readonly RecordedMessage[],
): Divergence | undefined {
  for (let index = 0; index < Math.max(recorded.length, replayed.length); index += 1) {
    const [then, now] = [recorded[index], replayed[index]];
    if (then && now && then.address === now.address && Buffer.compare(then.bytes, now.bytes) === 0) continue;
    return {
      index,
      timeUs: (then ?? now)!.timeUs,
      recorded: then && `${then.address} ${inWords(then.bytes)}`,
      replayed: now && `${now.address} ${inWords(now.bytes)}`,
    };
  }
  return undefined;
}

function inWords(bytes: Uint8Array): string {
  return decodeMessages(bytes)
    .map((decoded) => (decoded.ok ? formatMessage(decoded.message) : `${decoded.code} ${decoded.message}`))
    .join(' + ');
}
