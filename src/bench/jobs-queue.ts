import { type Link, QueuedJobs, type QueueKind, RedisSource, type Row } from '../node/jobs/index.js';

const BATCH = 100;
/** As a machine with so many threads has it: they claim one after another. */
const THREADS = 8;

type Figure = readonly [value: number, unit: string];

/** Rows as long as those of a run. */
const COLUMNS = 45;
const ROWS: readonly Row[] = [
  { flow: 0, ...Object.fromEntries(Array.from({ length: COLUMNS }, (_, at) => [`runColumn${at}`, at / 7])) },
];

/** What a job costs the queue, who asks for it and who does it, where computing costs nothing. */
export async function measureQueue(link: Link, count: number) {
  const kind: QueueKind<readonly Row[]> = {
    ...{ noun: 'job', queue: 'bench', build: 'this', schema: 1 },
    isResult: (value): value is readonly Row[] => Array.isArray(value),
  };
  const bytesBefore = await redisNumber(link, 'memory', 'used_memory');
  const inPerSecond = await putIn(link, count);
  const waitingBytes = ((await redisNumber(link, 'memory', 'used_memory')) - bytesBefore) / count;
  const source = new RedisSource<unknown, readonly Row[]>(
    link,
    { kind, prepare: async (data) => data },
    { name: 'bench', leaseMs: 60_000, tell: () => {} },
  );
  const stop = new AbortController();
  try {
    const begun = performance.now();
    await serve(source, stop.signal, count);
    const outPerSecond = (1000 * count) / (performance.now() - begun);
    const doneBytes = ((await redisNumber(link, 'memory', 'used_memory')) - bytesBefore) / count;
    // Now whole: one asks, another does, each in its turn of this thread.
    const redisBefore = await redisCpuSeconds(link);
    const cpuBefore = process.cpuUsage();
    const served = serve(source, stop.signal, count);
    const since = performance.now();
    let told = 0;
    const asking = new QueuedJobs<number, readonly Row[], number>(link, {
      kind,
      tell: () => {},
      onOutcome: async () => {
        told += 1;
        return undefined;
      },
    });
    const entries = Array.from({ length: count }, (_, at) => ({ key: `through${at}`, data: at, asked: [at] }));
    await asking.run(entries, undefined);
    await served;
    if (told !== count) throw new Error(`${told} of ${count} jobs were told`);
    const wholeMs = performance.now() - since;
    const { user, system } = process.cpuUsage(cpuBefore);
    return {
      'jobs in': [inPerSecond, '/s'],
      'jobs out': [outPerSecond, '/s'],
      'jobs from who asks to who does and back, both in one thread': [(1000 * count) / wholeMs, '/s'],
      'processor time of both, a job': [(user + system) / count, 'µs'],
      'processor time of Redis, a job': [(1e6 * ((await redisCpuSeconds(link)) - redisBefore)) / count, 'µs'],
      'memory of Redis, a job that waits': [waitingBytes, 'bytes'],
      'memory of Redis, a job that is done and kept': [doneBytes, 'bytes'],
    } satisfies Record<string, Figure>;
  } finally {
    stop.abort();
    await source.close();
  }
}

/** Jobs a second into the queue, as a sweep puts them there. */
async function putIn({ bullmq, redis }: Link, count: number): Promise<number> {
  const queue = new bullmq.Queue('bench-this', { connection: redis, prefix: 'mooring' });
  try {
    const begun = performance.now();
    for (let at = 0; at < count; at += BATCH) {
      const batch = Array.from({ length: BATCH }, (_, offset) => ({
        name: 'job',
        data: { build: 'this', data: at + offset },
        opts: { jobId: `in${at + offset}`, priority: 100 },
      }));
      await queue.addBulk(batch);
    }
    return (1000 * count) / (performance.now() - begun);
  } finally {
    await queue.close();
  }
}

/** Claims and hands in until `count` are done. */
async function serve(source: RedisSource<unknown, readonly Row[]>, signal: AbortSignal, count: number): Promise<void> {
  let left = count;
  const thread = async (name: string): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const claim = await source.claim(name, signal);
      if (claim === undefined) return;
      await source.complete(claim, { ok: true, result: ROWS });
    }
  };
  await Promise.all(Array.from({ length: THREADS }, (_, at) => thread(`thread${at}`)));
}

async function redisNumber({ redis }: Link, section: string, name: string): Promise<number> {
  return Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(await redis.info(section))?.[1]);
}

async function redisCpuSeconds(link: Link): Promise<number> {
  return (await redisNumber(link, 'cpu', 'used_cpu_user')) + (await redisNumber(link, 'cpu', 'used_cpu_sys'));
}
