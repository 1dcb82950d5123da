import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { captureKind, openStore, runCaptureWorker } from '../../node/dataset/index.js';
import { buildOf, createTrust, openLink, parseQueueAddress, runWorker } from '../../node/jobs/index.js';
import { UsageError } from '../failure.js';
import { keepStdout, printJson, tell } from '../output.js';
import { stopOnSignal } from '../signals.js';
import { STORE_HELP } from '../store.js';
import { collect, duration, wholeNumber, withDefault } from '../values.js';

interface WorkerCliOptions {
  readonly concurrency: number;
  readonly trust: readonly string[];
  readonly lease: number;
  readonly root?: string;
  readonly store?: string;
  readonly json?: boolean;
}

/** Less would take a worker that is merely busy for one that is lost. */
const SHORTEST_LEASE_US = 1_000_000;

export function addWorker(command: Command): void {
  command
    .argument('<queue>', 'redis://HOST[:PORT], or rediss://… over TLS; a password in MOORING_REDIS_PASSWORD')
    .option('--concurrency <n>', 'runs at a time, each on a thread of its own', wholeNumber(1), availableParallelism())
    .option(
      '--trust <hash|key>',
      'run only algorithms of the package, of this hash, or signed for this public key (a file, Ed25519 in PEM); several times',
      collect(String),
      [],
    )
    .addOption(
      withDefault(
        '--lease <duration>',
        'a worker that is silent so long has lost its runs',
        duration(SHORTEST_LEASE_US),
        '30s',
      ),
    )
    .option('--root <folder>', 'make captures below this folder into datasets (`pcap dataset --jobs`) instead of runs')
    .option('--store <store>', STORE_HELP)
    .option('--json', 'print one JSON document at the end')
    .addHelpText(
      'after',
      '\nA worker runs algorithms that others wrote, with the rights of the user who started it: whoever may write to the\nqueue may run code here, unless --trust says whose.',
    )
    .action(async (queue: string, options: WorkerCliOptions) => {
      if (options.json) keepStdout();
      const address = parseQueueAddress(queue);
      const trust = createTrust(options.trust);
      const { root } = options;
      if (root === undefined && options.store !== undefined)
        throw new UsageError('--store goes with --root: rows of runs go through the queue');
      const kept = options.store === undefined ? {} : { store: await openStore(options.store) };
      const stop = stopOnSignal();
      const link = await openLink(address, tell);
      try {
        const { build, noun } = root === undefined ? { build: buildOf(), noun: 'run' } : captureKind();
        const below = root === undefined ? '' : ` below ${root}`;
        const count = options.concurrency;
        tell(`mooring ${build} takes ${noun}s${below} from ${link.shown}, ${count} at a time, until Ctrl-C`);
        const common = {
          threads: count,
          leaseMs: options.lease / 1000,
          signal: stop.signal,
          logs: process.stderr,
          tell,
        };
        if (root === undefined && !trust.isLimited)
          tell('algorithms of whoever may write to the queue run here: --trust says whose may');
        const { name, done, failed } =
          root === undefined
            ? await runWorker(link, { ...common, trust })
            : await runCaptureWorker(link, { ...common, root, ...kept });
        if (options.json) await printJson({ name, [`${noun}s`]: done, failed });
        tell(`${done} ${noun}s done, ${failed} of them failed`);
      } finally {
        stop.close();
        await link.close();
      }
    });
}
