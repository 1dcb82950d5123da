import { ERROR, MooringError } from '../../base/index.js';
import { sleep } from '../process/index.js';
import type { Blobs } from './blobs.js';

/** Where a bucket is and who asks for it. */
export interface BucketAddress {
  readonly shown: string;
  /** With the bucket as the first step of its path, which every server understands. */
  readonly endpoint: string;
  /** Before each key; empty or ends with a slash. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where S3 itself is looked for. */
const REGION = 'us-east-1';
const TRIES = 4;
const FIRST_PAUSE_MS = 250;
const PATIENCE_MS = 60_000;

/**
 * `s3://BUCKET[/PREFIX]` with what the environment says: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and, for servers
 * other than Amazon's, AWS_ENDPOINT_URL. Throws MOORING_ERR_BAD_ARGUMENT, MOORING_ERR_JOBS_STORE without keys.
 */
export function parseBucketAddress(text: string, environment: Environment = process.env): BucketAddress {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^?#]*))?$/.exec(text) ?? [];
  if (bucket === undefined)
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `a bucket is s3://BUCKET[/PREFIX], not "${text}"`, {
      argument: 'store',
    });
  const region = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || REGION;
  const server =
    environment['AWS_ENDPOINT_URL_S3'] || environment['AWS_ENDPOINT_URL'] || `https://s3.${region}.amazonaws.com`;
  if (!URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol))
    throw failure(text, `AWS_ENDPOINT_URL is no URL of a server: ${server}`);
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = environment;
  if (accessKeyId === '' || secretAccessKey === '')
    throw failure(text, 'a bucket wants AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment');
  const steps = path.split('/').filter((step) => step !== '');
  return {
    shown: text,
    endpoint: `${server.replace(/\/+$/, '')}/${bucket}`,
    prefix: steps.map((step) => `${step}/`).join(''),
    region,
    accessKeyId,
    secretAccessKey,
  };
}

/** Opens a bucket of S3 or what speaks like it, and puts a small object there to see that it can. Throws MOORING_ERR_JOBS_STORE. */
export async function openBucket(address: BucketAddress): Promise<Blobs> {
  const { shown, prefix, endpoint, region, accessKeyId, secretAccessKey } = address;
  const { S3mini } = await loadLibrary(shown);
  const bucket = new S3mini({ endpoint, region, accessKeyId, secretAccessKey, requestAbortTimeout: PATIENCE_MS });
  const put = async (key: string, bytes: Uint8Array): Promise<void> => {
    await tried(shown, () => bucket.putObject(prefix + key, Buffer.from(bytes), 'application/octet-stream'));
  };
  await put('mooring-store', new TextEncoder().encode('results of mooring\n'));
  const keyOf = (sha256: string): string => `${sha256.slice(0, 2)}/${sha256}`;
  return {
    shown,
    put: (sha256, bytes) => put(keyOf(sha256), bytes),
    async get(sha256) {
      const bytes = await tried(shown, () => bucket.getObjectArrayBuffer(prefix + keyOf(sha256)));
      return bytes === null ? undefined : new Uint8Array(bytes);
    },
  };
}

/** A server that is away for a moment, or busy, is asked again. */
async function tried<T>(shown: string, ask: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1, pauseMs = FIRST_PAUSE_MS; ; left -= 1, pauseMs *= 2) {
    try {
      return await ask();
    } catch (error) {
      const { status = 0, serviceCode = '', code = '', message } = error as Told;
      if (left > 0 && (status === 0 || status === 429 || status >= 500)) {
        await sleep(pauseMs);
        continue;
      }
      throw failure(shown, reasonOf({ status, serviceCode, code, message }), error);
    }
  }
}

interface Told {
  readonly status?: number;
  readonly serviceCode?: string;
  readonly code?: string;
  readonly message: string;
}

function reasonOf({ status, serviceCode, code, message }: Told): string {
  if (serviceCode === 'NoSuchBucket' || status === 404) return 'there is no such bucket';
  if (status === 403 || status === 401)
    return `it refuses the key, or what it may do (${serviceCode || status}): AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY`;
  if (code === 'ECONNREFUSED') return 'nothing listens there: AWS_ENDPOINT_URL says where the server is';
  return message;
}

async function loadLibrary(shown: string) {
  try {
    return await import('s3mini');
  } catch (cause) {
    throw failure(shown, 'a bucket wants s3mini beside mooring: npm install s3mini', cause);
  }
}

function failure(store: string, why: string, cause?: unknown): MooringError {
  return new MooringError(ERROR.MOORING_ERR_JOBS_STORE, `${store}: ${why}`, { store }, cause);
}
