import { execFile } from 'node:child_process';
import { ERROR, MooringError } from '../../base/index.js';

/** Runs a program and gives its standard output. Throws MOORING_ERR_TESTBED_COMMAND with what it said. */
export async function run(argv: readonly string[], input?: string): Promise<string> {
  const [file, ...rest] = argv;
  return await new Promise((resolve, reject) => {
    const child = execFile(file!, rest, { maxBuffer: 64 << 20, timeout: 30_000 }, (error, stdout, stderr) => {
      if (!error) {
        resolve(stdout);
        return;
      }
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const said = missing ? `${file} is not installed` : stderr.trim() || error.message;
      const command = argv.join(' ');
      reject(
        new MooringError(
          missing ? ERROR.MOORING_ERR_TESTBED_UNSUPPORTED : ERROR.MOORING_ERR_TESTBED_COMMAND,
          missing ? said : `${command}: ${said}`,
          { command, said },
          error,
        ),
      );
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}
