import { spawn } from 'node:child_process';
import { ERROR, MooringError } from '../../base/index.js';
import { EXIT } from '../../generated/helper-protocol.js';
import { requireHelper } from './find.js';
import { type IpcKind, KINDS } from './kinds.js';
import { type HelperRunOptions, openArguments } from './run.js';

/**
 * Whether this process should have the helper open the socket and start it anew without privilege: when
 * the kind takes a right that it does not have, or when it is root through sudo, where JavaScript
 * has no business to stay root.
 */
export function wantsRelaunch(kind: IpcKind): boolean {
  if (process.platform !== 'linux' || process.env['MOORING_SOCKET_FD'] !== undefined) return false;
  if (process.getuid?.() === 0) return process.env['SUDO_UID'] !== undefined;
  return KINDS[kind].needsHelper;
}

/**
 * Runs this very command line again under `mooring-helper open`, on the same terminal, and resolves with its
 * exit code. The new process finds the socket with `inheritedSocket()`. Throws MOORING_ERR_HELPER_MISSING.
 */
export function relaunchWithSocket(kind: IpcKind, options: HelperRunOptions): Promise<number> {
  const words = ['open', ...openArguments(kind, options, 3), '--', process.execPath, ...process.execArgv];
  const child = spawn(requireHelper(), [...words, ...process.argv.slice(1)], { stdio: 'inherit' });
  // A terminal tells the child too; it ends us by ending.
  const ignore = () => {};
  const forward = () => void child.kill('SIGTERM');
  process.on('SIGINT', ignore);
  process.on('SIGTERM', forward);
  return new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new MooringError(ERROR.MOORING_ERR_HELPER_FAILED, `cannot run the helper: ${cause.message}`, {}, cause));
    });
    child.once('close', (code, signal) => {
      // What the helper cannot do here is a failure of ours like any other.
      if (code !== null) resolve(code === EXIT.UNSUPPORTED ? EXIT.FAILED : code);
      else
        reject(
          new MooringError(
            ERROR.MOORING_ERR_HELPER_FAILED,
            `the helper was ended by ${signal}, and the agent with it`,
            { signal },
          ),
        );
    });
  }).finally(() => {
    process.off('SIGINT', ignore);
    process.off('SIGTERM', forward);
  });
}
