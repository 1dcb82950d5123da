import type { Command } from 'commander';
import { ERROR, MooringError } from '../../base/index.js';
import { NO_FAULTS, parseRow, readFaults, replay, World } from '../../fabric/index.js';
import { serveStandIn } from '../../node/fabric/index.js';
import { readJsonFile, readTextFile } from '../../node/files/index.js';
import { makeCertificate, rehearse } from '../../node/rehearsal/index.js';
import { print } from '../output.js';
import { stopOnSignal } from '../signals.js';
import { duration, wholeNumber, withDefault } from '../values.js';

interface Flags {
  readonly replay?: string;
  readonly port?: number;
  readonly cert?: string;
  readonly key?: string;
  readonly step: number;
  readonly faults?: string;
  readonly testbed?: string;
  readonly dir?: string;
  readonly tls?: boolean;
}

/** `mooring fabric rehearse`: the stand-in of FABRIC's orchestrator, served on loopback or put to recorded requests. */
export function addRehearse(fabric: Command): void {
  fabric
    .command('rehearse')
    .option('--replay <file>', 'rows of requests and the worlds they were asked in; - for standard input')
    .option('--port <port>', 'serve on this port of 127.0.0.1 until Ctrl-C', wholeNumber(0, 65_535))
    .option('--cert <file>', 'certificate as PEM, with --key: serve HTTPS')
    .option('--key <file>', "the certificate's key as PEM")
    .addOption(withDefault('--step <duration>', 'time between two steps of provisioning', duration(1000), '5s'))
    .option(
      '--tls',
      'serve HTTPS with a certificate made for it, DIR/cert.pem: whoever asks has to trust it; with --dir',
    )
    .option('--dir <folder>', 'folder for an account: keys, a token that can be refreshed, fabric_rc')
    .option('--testbed <name>', 'a testbed of namespaces behind it: slices become nodes, mirrors mirror; with --dir')
    .option(
      '--faults <file>',
      'what goes wrong, as JSON: failures, free, answers, clockOffsetS, tokenS, leaseS (see the guide)',
    )
    .option('--json', 'print a failure as JSON; answers are lines of JSON in any case')
    .description('answer as the orchestrator would: recorded requests, a line of JSON each, or whoever asks on a port')
    .action(async (flags: Flags) => {
      if (flags.replay !== undefined) return replayFile(flags.replay);
      if (flags.testbed !== undefined || flags.dir !== undefined) return rehearseIn(flags);
      if (flags.port !== undefined) return serve(flags as Flags & { readonly port: number });
      throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, 'give --replay, --port or --testbed', {
        argument: 'replay',
      });
    });
}

async function replayFile(file: string): Promise<void> {
  const lines = readTextFile(file).split('\n');
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue;
    await print(`${JSON.stringify(replay(parseRow(line, at + 1)))}\n`);
  }
}

async function serve({ port, step, ...flags }: Flags & { readonly port: number }): Promise<void> {
  const faults = faultsOf(flags);
  const { leaseS, clockOffsetS, answers } = faults;
  const world = new World({ conditions: faults, longestLeaseMs: leaseS === undefined ? undefined : leaseS * 1000 });
  const clock = () => Date.now() + clockOffsetS * 1000;
  const serving = await serveStandIn({ port, stepMs: step / 1000, world, faults: answers, clock, ...tlsOf(flags) });
  const stop = stopOnSignal();
  await print(`${serving.url}\n`);
  await stop.received;
  await serving.close();
}

async function rehearseIn({ testbed, dir, port = 0, step, tls, ...flags }: Flags): Promise<void> {
  if (dir === undefined) {
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, '--testbed wants --dir, a folder for keys and token', {
      argument: 'dir',
    });
  }
  const stop = stopOnSignal();
  const faults = faultsOf(flags);
  const secured = tls ? { tls: await makeCertificate(dir) } : tlsOf(flags);
  const behind = testbed === undefined ? {} : { testbed };
  const going = await rehearse({ ...behind, folder: dir, port, stepMs: step / 1000, faults, ...secured });
  const campaign = testbed === undefined ? '' : `mooring twine run --testbed fabric:${going.rc} …\n`;
  await print(`${going.url}\n${campaign}`);
  await stop.received;
  await going.close();
}

const faultsOf = ({ faults }: Pick<Flags, 'faults'>) =>
  faults === undefined ? NO_FAULTS : readFaults(readJsonFile(faults));

function tlsOf({ cert, key }: Pick<Flags, 'cert' | 'key'>) {
  return cert === undefined || key === undefined ? {} : { tls: { cert: readTextFile(cert), key: readTextFile(key) } };
}
