import type { ChildProcess } from 'node:child_process';
import { ERROR, MooringError } from '../../base/index.js';
import { EXIT } from '../../generated/helper-protocol.js';
import { type IpcKind, kindWords, type OpenSocketOptions } from './kinds.js';

/** Options of the helper's `open` and `relay`, beyond those of {@link openSocket}. */
export interface HelperRunOptions extends OpenSocketOptions {
  /** Go on as this user once the socket is open (root only); by default who called sudo, else unchanged. */
  user?: string;
}

/** The helper's command line for a kind and its options. */
export function openArguments(kind: IpcKind, options: HelperRunOptions, fd: number): string[] {
  const user = options.user === undefined ? [] : ['--user', options.user];
  return [kind, '--fd', String(fd), ...kindWords(kind, options), ...user];
}

/** What the helper's end means: the error for its exit code and the line it left on stderr. */
export function helperFailure(status: number | null, signal: string | null, stderr: string): MooringError {
  const line = stderr.trimEnd().split('\n').at(-1) ?? '';
  const errno = /^mooring-helper \w+: (E[A-Z0-9]+):/.exec(line)?.[1];
  const detail = { status, signal, line, ...(errno ? { errno } : {}) };
  const text = line.replace(/^mooring-helper (\w+): (E[A-Z0-9]+: )?/, 'helper $1: ');
  const message = text || `the helper ended with ${signal ?? `status ${status}`}`;
  if (errno === 'EADDRINUSE') return new MooringError(ERROR.MOORING_ERR_HELPER_ADDRESS_IN_USE, message, detail);
  const unsupported = status === EXIT.UNSUPPORTED;
  return new MooringError(
    unsupported ? ERROR.MOORING_ERR_HELPER_UNSUPPORTED : ERROR.MOORING_ERR_HELPER_FAILED,
    message,
    detail,
  );
}

/** Collects what a child says on stderr, the last 8 KiB of it. */
export function collectStderr(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-8192);
  });
  return () => text;
}
