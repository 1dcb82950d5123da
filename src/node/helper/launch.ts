import { type ChildProcess, spawn } from 'node:child_process';
import { ERROR, MooringError } from '../../base/index.js';
import { requireHelper } from './find.js';
import type { IpcKind } from './kinds.js';
import { collectStderr, type HelperRunOptions, helperFailure, openArguments } from './run.js';

/** A Node process that the helper started with a socket; it finds it with `inheritedSocket()`. */
export interface LaunchedProcess extends AsyncDisposable {
  /** The helper, parent of the Node process: its `message` events and `send` reach Node's `process`. */
  readonly child: ChildProcess;
  /** Resolves with the exit code when it ended as asked or by itself with 0; else rejects with what the helper or Node said. */
  readonly ended: Promise<void>;
  /** Asks it to end (SIGTERM); the helper kills it after 2 s. Resolves when both are gone. */
  close(): Promise<void>;
}

/** What {@link launchWithSocket} runs. */
export interface LaunchOptions extends HelperRunOptions {
  /** The module Node runs, and its arguments. */
  program: string;
  arguments?: readonly string[];
  env?: NodeJS.ProcessEnv;
}

// Node's own channel takes descriptor 3.
const SOCKET_FD = 4;

/**
 * Has the helper open a socket and run a Node program with it, without the privilege. The two
 * processes talk by Node's IPC channel (advanced serialization: typed arrays and errors survive).
 * Throws MOORING_ERR_HELPER_MISSING.
 */
export function launchWithSocket(kind: IpcKind, options: LaunchOptions): LaunchedProcess {
  const node = [process.execPath, ...process.execArgv.filter((flag) => !flag.startsWith('--inspect'))];
  const words = ['open', ...openArguments(kind, options, SOCKET_FD), '--', ...node, options.program];
  const child = spawn(requireHelper(), [...words, ...(options.arguments ?? [])], {
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: options.env ?? process.env,
  });
  child.stderr!.pipe(process.stderr, { end: false });
  const stderr = collectStderr(child);
  let closing = false;
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (cause) => reject(helperError(cause)));
    child.on('close', (status, signal) => {
      if (closing || status === 0) resolve();
      else reject(helperFailure(status, signal, stderr()));
    });
  });
  // Whoever never looks at it must not see an unhandled rejection: close() and `child` tell too.
  ended.catch(() => {});
  const close = async () => {
    closing = true;
    child.kill('SIGTERM');
    await ended.catch(() => {});
  };
  return { child, ended, close, [Symbol.asyncDispose]: close };
}

function helperError(cause: Error): MooringError {
  return new MooringError(ERROR.MOORING_ERR_HELPER_FAILED, `cannot run the helper: ${cause.message}`, {}, cause);
}
