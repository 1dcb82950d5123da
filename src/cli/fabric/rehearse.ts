import type { Command } from 'commander';
import { ERROR, MooringError } from '../../base/index.js';
import { parseRow, replay } from '../../fabric/index.js';
import { serveStandIn } from '../../node/fabric/index.js';
import { readTextFile } from '../../node/files/index.js';
import { print } from '../output.js';
import { stopOnSignal } from '../signals.js';
import { duration, wholeNumber } from '../values.js';

interface Flags {
  readonly replay?: string;
  readonly port?: number;
  readonly cert?: string;
  readonly key?: string;
  readonly step: number;
}

/** `mooring fabric rehearse`: the stand-in of FABRIC's orchestrator, served on loopback or put to recorded requests. */
export function addRehearse(fabric: Command): void {
  fabric
    .command('rehearse')
    .option('--replay <file>', 'rows of requests and the worlds they were asked in; - for standard input')
    .option('--port <port>', 'serve on this port of 127.0.0.1 until Ctrl-C', wholeNumber(0, 65_535))
    .option('--cert <file>', 'certificate as PEM, with --key: serve HTTPS')
    .option('--key <file>', "the certificate's key as PEM")
    .option('--step <duration>', 'time between two steps of provisioning', duration(1000), 5_000_000)
    .option('--json', 'print a failure as JSON; answers are lines of JSON in any case')
    .description('answer as the orchestrator would: recorded requests, a line of JSON each, or whoever asks on a port')
    .action(async (flags: Flags) => {
      if (flags.replay !== undefined) return replayFile(flags.replay);
      if (flags.port !== undefined) return serve(flags as Flags & { readonly port: number });
      throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, 'give --replay or --port', { argument: 'replay' });
    });
}

async function replayFile(file: string): Promise<void> {
  const lines = readTextFile(file).split('\n');
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue;
    await print(`${JSON.stringify(replay(parseRow(line, at + 1)))}\n`);
  }
}

async function serve({ port, cert, key, step }: Flags & { readonly port: number }): Promise<void> {
  const tls =
    cert === undefined || key === undefined ? {} : { tls: { cert: readTextFile(cert), key: readTextFile(key) } };
  const serving = await serveStandIn({ port, stepMs: step / 1000, ...tls });
  const stop = stopOnSignal();
  await print(`${serving.url}\n`);
  await stop.received;
  await serving.close();
}
