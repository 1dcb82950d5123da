import type { Part } from './parts.js';

// What stands in Redis, all of it under `mooring`:
//
//   mooring:QUEUE-BUILD:…       the queue of one kind and build, as BullMQ keeps it; a job is rKEY
//   mooring:part:HASH           an algorithm or a trace, JSON of a Part, for a month
//   mooring:builds:QUEUE        a set of the builds that have queues
//   mooring:workers:QUEUE       a hash, worker → what it last said of itself
//   mooring:workers-seen:QUEUE  when, by Redis' clock

export const PREFIX = 'mooring';
export const PART_SECONDS = 30 * 24 * 3600;

export const partKey = (hash: string): string => `${PREFIX}:part:${hash}`;
export const buildsKey = (queue: string): string => `${PREFIX}:builds:${queue}`;
export const workersKeys = (queue: string) => ({
  seen: `${PREFIX}:workers-seen:${queue}`,
  state: `${PREFIX}:workers:${queue}`,
});
export const jobId = (key: string): string => `r${key}`;

/** What is kept beside a job: what those who died with it said last, and what who has it said last. */
export interface QueuedWords {
  readonly deaths: readonly string[];
  readonly words: string;
}

/** A part, and who signed its hash. */
export interface StoredPart extends Part {
  readonly signature?: string;
}

/** What a worker says of itself. */
export interface WorkerState {
  readonly name: string;
  readonly build: string;
  readonly threads: number;
}

/** A worker that said nothing for so long is gone. */
const WORKER_SECONDS = 15;

/** Says that a worker is there. No clock of a worker is asked. */
export const SEEN_SCRIPT = `
redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])`;

/** The workers that are there. */
export const WORKERS_SCRIPT = `
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', redis.call('TIME')[1] - ${WORKER_SECONDS})
for _, id in ipairs(gone) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('HDEL', KEYS[2], id)
end
return redis.call('HVALS', KEYS[2])`;
