import { createHash } from 'node:crypto';
import { ERROR, formatSize, MooringError } from '../../base/index.js';
import { type Link, Refusal } from '../jobs/index.js';
import { type MadeCapture, type MadeTable, TABLES } from './made.js';

/** Where bytes are kept under their hash. All may be asked twice; a failure is thrown. */
export interface Blobs {
  /** As it is told. */
  readonly shown: string;
  put(sha256: string, bytes: Uint8Array): Promise<void>;
  /** Undefined where there is none of it. */
  get(sha256: string): Promise<Uint8Array | undefined>;
}

/** More would have Redis' memory hold files. */
const MOST_BYTES = 32 << 20;
const KEPT_SECONDS = 24 * 3600;

const blobKey = (sha256: string): string => `mooring:blob:${sha256}`;
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Puts tables where who asked for them finds them: into the store, or beside the queue. */
export async function handTables(made: MadeCapture, { redis }: Link, store: Blobs | undefined): Promise<MadeCapture> {
  const all = Buffer.concat(TABLES.map((table) => made.tables[table].content!));
  const sha256 = hashOf(all);
  if (store) await store.put(sha256, all);
  else if (all.length <= MOST_BYTES) await redis.set(blobKey(sha256), all, 'EX', KEPT_SECONDS);
  else {
    const message = `its tables take ${formatSize(all.length)}, more than goes through a queue: give workers and call a --store`;
    throw new Refusal(new MooringError(ERROR.MOORING_ERR_JOBS_STORE, message, { store: null }));
  }
  const tables = mapTables(({ rows, bytes }) => ({ rows, bytes }), made);
  return { ...made, tables, kept: { where: store ? 'store' : 'queue', sha256 } };
}

/**
 * A capture with its tables; undefined where they are not kept any more. Throws MOORING_ERR_JOBS_STORE where they are in a store
 * and there is none here, and where the bytes are others than were put there.
 */
export async function fetchTables(
  made: MadeCapture,
  { redis }: Link,
  store: Blobs | undefined,
): Promise<MadeCapture | undefined> {
  const { where, sha256 } = made.kept!;
  if (where === 'store' && !store)
    throw failure(null, 'a worker put its tables into a store: give this call the same --store');
  const all = where === 'store' ? await store!.get(sha256) : await redis.getBuffer(blobKey(sha256));
  if (!all) return undefined;
  const total = TABLES.reduce((sum, table) => sum + made.tables[table].bytes, 0);
  if (all.length !== total || hashOf(all) !== sha256)
    throw failure(store?.shown ?? null, `its tables are not what was put there: ${sha256}`);
  let at = 0;
  const tables = mapTables((table) => {
    const content = all.subarray(at, at + table.bytes);
    at += table.bytes;
    return { ...table, content };
  }, made);
  return { ...made, tables };
}

/** What came through the queue has been taken. */
export async function forgetTables({ kept }: MadeCapture, { redis }: Link): Promise<void> {
  if (kept?.where === 'queue') await redis.del(blobKey(kept.sha256)).catch(() => {});
}

function mapTables(change: (table: MadeTable) => MadeTable, { tables }: MadeCapture): MadeCapture['tables'] {
  return Object.fromEntries(TABLES.map((table) => [table, change(tables[table])])) as MadeCapture['tables'];
}

function failure(store: string | null, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_JOBS_STORE, message, { store });
}
