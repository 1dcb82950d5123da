import { createHash } from 'node:crypto';
import { ERROR, MooringError } from '../../base/index.js';
import { parseNetwork } from '../../capture/index.js';
import type { CaptureIdentity } from '../../dataset/index.js';
import { canonicalJson, type QueueKind } from '../jobs/index.js';
import { captureBuild } from './build.js';
import { type MadeCapture, TABLES } from './made.js';
import type { CaptureJob } from './make.js';

/** A capture as it stands in the queue. */
export interface QueuedCapture {
  readonly files: readonly {
    /** Below the root, with slashes. */
    readonly below: string;
    /** Its path where it was asked for. */
    readonly name: string;
    readonly sizeBytes: number;
    /** For who asked. */
    readonly mtimeMs: number | null;
    readonly sha256: string;
  }[];
  readonly identity: CaptureIdentity;
  readonly options: CaptureJob['options'];
}

/** What results look like; one more with every change. */
const SCHEMA = 1;

/** Captures that become tables. */
export const captureKind = (): QueueKind<MadeCapture> => ({
  noun: 'capture',
  queue: 'captures',
  build: captureBuild(),
  schema: SCHEMA,
  isResult: isMade,
});

/** What it is known by, on every machine: a hash of what it holds, is called, is asked for, and of who computes it. */
export function captureKey({ files, identity, options }: QueuedCapture, build: string = captureBuild()): string {
  const held = files.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 }));
  const text = canonicalJson({ schema: SCHEMA, build, held, identity, options });
  return createHash('sha256').update(text).digest('hex');
}

const MOST = { files: 100_000, text: 4_096, top: 65_536, marks: 10_000_000, filters: 1_000 } as const;
const HASH = /^[0-9a-f]{64}$/;

/**
 * What stands in a queue, which whoever may write there wrote: a capture by names below a folder, or the error of one that is
 * not as `queueCaptures` makes them.
 */
export function readQueuedCapture(value: unknown): QueuedCapture | MooringError {
  const refuse = (message: string, path: unknown = null): MooringError =>
    new MooringError(ERROR.MOORING_ERR_JOBS_UNTRUSTED, `the capture in the queue ${message}`, { path });
  const { files, identity, options } = Object(value) as Record<string, unknown>;
  if (!Array.isArray(files) || files.length === 0 || files.length > MOST.files) return refuse('has no files');
  for (const file of files) {
    const { below, name, sizeBytes, sha256 } = Object(file) as Record<string, unknown>;
    if (!isText(below) || !isBelow(below))
      return refuse(`names ${JSON.stringify(below)}, which is not below a root`, below);
    if (!isText(name) || !isCount(sizeBytes) || !isHash(sha256))
      return refuse(`does not say what ${JSON.stringify(below)} holds`, below);
  }
  const { capture, file, files: count, sizeBytes } = Object(identity) as Record<string, unknown>;
  if (!isText(capture) || !isText(file) || !isCount(count) || !isCount(sizeBytes)) return refuse('has no name');
  if (!areOptions(options)) return refuse('asks for what no dataset has');
  return value as QueuedCapture;
}

/** No way up, nothing absolute, on any system. */
function isBelow(path: string): boolean {
  return !/[\\\0]/.test(path) && path.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}

function areOptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { top, binUs, maxMarks, filter, ignoreTunnels, ...others } = value as Record<string, unknown>;
  return (
    Object.keys(others).length === 0 &&
    (top === undefined || (isCount(top) && top <= MOST.top)) &&
    (binUs === undefined || (typeof binUs === 'number' && binUs > 0 && Number.isFinite(binUs))) &&
    (maxMarks === undefined || (isCount(maxMarks) && maxMarks <= MOST.marks)) &&
    (ignoreTunnels === undefined || typeof ignoreTunnels === 'boolean') &&
    (filter === undefined || isFilter(filter))
  );
}

function isFilter(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { hosts = [], ports = [], fromUs = 0, toUs = 0, epoch = false, ...others } = value as Record<string, unknown>;
  return (
    Object.keys(others).length === 0 &&
    isListOf(hosts, (host) => isText(host) && isNetwork(host)) &&
    isListOf(ports, (port) => isCount(port) && port <= 65_535) &&
    [fromUs, toUs].every((at) => typeof at === 'number' && Number.isFinite(at)) &&
    typeof epoch === 'boolean'
  );
}

function isNetwork(text: string): boolean {
  try {
    parseNetwork(text);
    return true;
  } catch {
    return false;
  }
}

function isMade(value: unknown): value is MadeCapture {
  const { tables, warnings, kept } = Object(value) as Record<string, unknown>;
  const { where, sha256 } = Object(kept) as Record<string, unknown>;
  return (
    (where === 'queue' || where === 'store') &&
    isHash(sha256) &&
    Array.isArray(warnings) &&
    warnings.every((one) => isText(Object(one).message)) &&
    TABLES.every((table) => {
      const { rows, bytes } = Object(Object(tables)[table]) as Record<string, unknown>;
      return isCount(rows) && isCount(bytes);
    })
  );
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && HASH.test(value);
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= MOST.filters && value.every(isOne);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MOST.text;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
