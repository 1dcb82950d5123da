import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** A studio served by the command line, ended by the caller. */
export async function serveStudio(
  ...files: readonly string[]
): Promise<{ readonly url: string; end(): Promise<number | null> }> {
  const child = spawn(process.execPath, [CLI, 'studio', ...files, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (part) => {
      said += part;
      try {
        resolve((JSON.parse(said) as { url: string }).url);
      } catch {
        // The document is not whole yet.
      }
    });
    void ended.then((code) => reject(new Error(`mooring studio ended with ${code}`)));
  });
  return {
    url,
    end() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
