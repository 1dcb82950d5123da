import type { Redis } from 'ioredis';
import { ERROR, MooringError } from '../../base/index.js';

/** Where a queue of jobs is. */
export interface QueueAddress {
  /** As it is told: without its password. */
  readonly shown: string;
  readonly options: {
    readonly host: string;
    readonly port: number;
    readonly db?: number;
    readonly username?: string;
    readonly password?: string;
    readonly tls?: Readonly<Record<string, never>>;
  };
}

/** The libraries and connections to one Redis. */
export interface Link {
  readonly shown: string;
  readonly bullmq: typeof import('bullmq');
  /** For commands that do not wait. */
  readonly redis: Redis;
  /** One more connection, for whoever waits on it; closed with the others. */
  connect(): Redis;
  close(): Promise<void>;
}

/** What BullMQ asks for. */
const OLDEST = [6, 2] as const;
/** Until a first answer; afterwards a connection is tried for ever. */
const PATIENCE_MS = 5_000;

/**
 * `redis://[USER[:PASSWORD]@]HOST[:PORT][/DATABASE]`, or `rediss:` over TLS. A password in `environment`, as
 * MOORING_REDIS_PASSWORD, is in no list of processes. Throws MOORING_ERR_BAD_ARGUMENT.
 */
export function parseQueueAddress(
  text: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = url?.pathname.replace(/^\//, '') ?? '';
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '' || !/^\d*$/.test(database)) {
    // No text of the caller's: there may be a password in it.
    const message = 'a queue of jobs is redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], or rediss://… over TLS';
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument: 'jobs' });
  }
  const port = url.port === '' ? 6379 : Number(url.port);
  const password = url.password === '' ? environment['MOORING_REDIS_PASSWORD'] : decodeURIComponent(url.password);
  return {
    shown: `${url.protocol}//${url.hostname}:${port}${database === '' ? '' : `/${database}`}`,
    options: {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port,
      ...(database === '' ? {} : { db: Number(database) }),
      ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
      ...(password ? { password } : {}),
      ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    },
  };
}

/**
 * Connects to a queue, or throws MOORING_ERR_JOBS_QUEUE with why not. A connection that is lost later comes back by
 * itself; `tell` hears of both.
 */
export async function openLink({ shown, options }: QueueAddress, tell: (line: string) => void): Promise<Link> {
  const { bullmq, ioredis } = await loadLibraries(shown);
  const first = new ioredis.Redis({
    ...options,
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    disconnectTimeout: 100,
  });
  let heard: Error | undefined;
  first.on('error', (error) => {
    heard = error;
  });
  try {
    await first.connect();
    const server = await first.info('server');
    refuseOlder(shown, server);
    const policy = /maxmemory_policy:(\S+)/.exec(await first.info('memory'))?.[1] ?? 'noeviction';
    if (policy !== 'noeviction') tell(`${shown} drops keys when memory is short (${policy}): jobs may run twice`);
  } catch (error) {
    throw error instanceof MooringError ? error : refusal(shown, heard ?? (error as Error));
  } finally {
    first.disconnect();
  }

  const open: Redis[] = [];
  const connect = (): Redis => {
    const redis = new ioredis.Redis({
      ...options,
      // Commands wait for a connection that comes back.
      maxRetriesPerRequest: null,
      retryStrategy: (times) => Math.min(200 * times, 2_000),
      keepAlive: 10_000,
    });
    redis.on('error', () => {
      // What becomes of it is told by `close` and `ready`.
    });
    open.push(redis);
    return redis;
  };
  const redis = connect();
  let isLost = false;
  let isClosing = false;
  redis.on('close', () => {
    if (!isLost && !isClosing) tell(`${shown}: the connection is lost; what there is to tell waits until it is back`);
    isLost = true;
  });
  redis.on('ready', () => {
    if (isLost) tell(`${shown} is back`);
    isLost = false;
  });
  return {
    shown,
    bullmq,
    redis,
    connect,
    async close() {
      isClosing = true;
      for (const one of open) one.disconnect();
    },
  };
}

async function loadLibraries(shown: string) {
  try {
    return { bullmq: await import('bullmq'), ioredis: await import('ioredis') };
  } catch (cause) {
    const message = `${shown} wants bullmq and ioredis beside mooring: npm install bullmq ioredis`;
    throw failure(shown, 'no package', message, cause);
  }
}

function refuseOlder(shown: string, info: string): void {
  const version = /redis_version:(\S+)/.exec(info)?.[1] ?? 'of no known version';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw failure(shown, 'version', `${shown} is Redis ${version}; jobs want ${OLDEST.join('.')} or newer`);
}

/** Why a first connection failed, in words. */
function refusal(shown: string, error: Error): MooringError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const [reason, why] = REASONS.find(([, , pattern]) => pattern.test(`${code} ${message}`)) ?? ['unreachable', message];
  return failure(shown, reason, `${shown}: ${why}`, error);
}

const REASONS: readonly (readonly [reason: string, why: string, pattern: RegExp])[] = [
  ['unreachable', 'nothing listens there: is redis-server up?', /ECONNREFUSED/],
  ['unreachable', 'there is no such host', /ENOTFOUND|EAI_AGAIN/],
  ['password', 'it refuses user or password (MOORING_REDIS_PASSWORD, or in the URL)', /WRONGPASS|invalid.*password/i],
  ['password', 'it wants a password: MOORING_REDIS_PASSWORD, or in the URL', /NOAUTH/],
  [
    'tls',
    'its certificate is not trusted here: name its authority in NODE_EXTRA_CA_CERTS',
    /SELF_SIGNED|UNABLE_TO|CERT_/i,
  ],
  ['tls', 'it does not speak TLS: redis:// instead of rediss://?', /EPROTO|wrong version number|SSL/i],
  [
    'unreachable',
    'it does not answer; or it speaks TLS (rediss://)',
    /ETIMEDOUT|timed out|ECONNRESET|Connection is closed/i,
  ],
];

function failure(queue: string, reason: string, message: string, cause?: unknown): MooringError {
  return new MooringError(ERROR.MOORING_ERR_JOBS_QUEUE, message, { queue, reason }, cause);
}
