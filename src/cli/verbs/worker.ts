import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { buildOf, createTrust, openLink, parseQueueAddress, runWorker } from '../../node/jobs/index.js';
import { keepStdout, printJson, tell } from '../output.js';
import { stopOnSignal } from '../signals.js';
import { collect, duration, wholeNumber } from '../values.js';

interface WorkerCliOptions {
  readonly concurrency: number;
  readonly trust: readonly string[];
  readonly lease: number;
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
    .option(
      '--lease <duration>',
      'a worker that is silent so long has lost its runs',
      duration(SHORTEST_LEASE_US),
      30_000_000,
    )
    .option('--json', 'print one JSON document at the end')
    .addHelpText(
      'after',
      '\nA worker runs algorithms that others wrote, with the rights of the user who started it: whoever may write to the\nqueue may run code here, unless --trust says whose.',
    )
    .action(async (queue: string, options: WorkerCliOptions) => {
      if (options.json) keepStdout();
      const address = parseQueueAddress(queue);
      const trust = createTrust(options.trust);
      const stop = stopOnSignal();
      const link = await openLink(address, tell);
      try {
        tell(`mooring ${buildOf()} takes runs from ${link.shown}, ${options.concurrency} at a time, until Ctrl-C`);
        if (!trust.isLimited) tell('algorithms of whoever may write to the queue run here: --trust says whose may');
        const told = await runWorker(link, {
          threads: options.concurrency,
          trust,
          leaseMs: options.lease / 1000,
          signal: stop.signal,
          logs: process.stderr,
          tell,
        });
        if (options.json) await printJson({ name: told.name, runs: told.done, failed: told.failed });
        tell(`${told.done} runs done, ${told.failed} of them failed`);
      } finally {
        stop.close();
        await link.close();
      }
    });
}
