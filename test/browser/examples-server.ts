import { type ChildProcess, spawn } from 'node:child_process';

/** Serves the built examples on a port of its own; `address` ends with a slash. */
export async function serveExamples(): Promise<{ address: string; stop(): void }> {
  const server: ChildProcess = spawn('node', ['scripts/serve-examples.mjs', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    server.stdout?.on('data', (chunk: Buffer) => {
      const found = /http:\S+/.exec(chunk.toString())?.[0];
      if (found) resolve(found);
    });
    server.once('exit', (code) => reject(new Error(`the server of the examples ended (${code})`)));
  });
  return { address, stop: () => void server.kill() };
}
