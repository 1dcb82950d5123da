import { spawn } from 'node:child_process';
import { ERROR, MooringError } from '../../base/index.js';
import { endAfter } from './end-after.js';

const LONGEST_MS = 30_000;

/**
 * Runs a program and gives its standard output. Throws MOORING_ERR_TESTBED_COMMAND with what it
 * said. It runs in a session of its own: Ctrl-C at the terminal is for us, who then clean up with
 * programs such as this one.
 */
export async function run(
  argv: readonly string[],
  { input = '', longestMs = LONGEST_MS }: { readonly input?: string; readonly longestMs?: number } = {},
): Promise<string> {
  const [file, ...rest] = argv;
  const command = argv.join(' ');
  return await new Promise((resolve, reject) => {
    const child = spawn(file!, rest, { detached: true });
    endAfter(child, longestMs);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const said = error.code === 'ENOENT' ? `${file} is not installed` : error.message;
      reject(new MooringError(ERROR.MOORING_ERR_TESTBED_UNSUPPORTED, said, { command, said }, error));
    });
    child.on('close', (code, signal) => {
      if (code === 0) {
        resolve(stdout);
        return;
      }
      const said = stderr.trim() || (signal === null ? `ended with ${code}` : `ended by ${signal}`);
      reject(new MooringError(ERROR.MOORING_ERR_TESTBED_COMMAND, `${command}: ${said}`, { command, said }));
    });
    // It may end before it has read everything.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
