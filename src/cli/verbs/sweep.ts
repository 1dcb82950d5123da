import type { Command } from 'commander';
import {
  type Contradiction,
  type MergedSweep,
  readMerge,
  runSweep,
  runUntil,
  type SweepOutcome,
  type SweepStore,
} from '../../node/jobs/index.js';
import { EXIT } from '../exit-codes.js';
import { printJson, tell } from '../output.js';
import { runText, writeResults } from '../sim/results.js';

/** More of a kind are not listed. */
const SHOWN = 10;

/** `mooring sweep`: what there is to do with folders of results. */
export function addSweep(sweep: Command): void {
  sweep
    .command('merge')
    .argument('<folders...>', 'folders of one sweep that was done in pieces: other values, other repeats, or stopped')
    .requiredOption('--out <dir>', 'the folder of the whole; it may be one of those that are merged')
    .option('--json', 'print one JSON document')
    .description(
      'folders of one sweep as one: its tables, its report, and a folder that `mooring sim --out` goes on with',
    )
    .addHelpText(
      'after',
      '\nA run that two folders have is one run; where they say different things of it both are told, and nothing is written.\n\n  mooring sim --sweep rate=1,2Mbit --out a      # on one machine\n  mooring sim --sweep rate=4,8Mbit --out b      # on another\n  mooring sweep merge a b --out whole           # as if mooring sim --sweep rate=1,2,4,8Mbit --out whole',
    )
    .action(merge);
}

interface MergeOptions {
  readonly out: string;
  readonly json?: boolean;
}

async function merge(folders: readonly string[], { out, json }: MergeOptions): Promise<void> {
  const merged = await readMerge(folders, out);
  const { contradictions } = merged;
  tellMany(merged.broken, (file) => `${file} is no whole run: left out`);
  tellMany(
    merged.strange,
    (file) => `${file} is a run that no combination has, of an algorithm that was changed since: left out`,
  );
  if (contradictions.length > 0) {
    tellMany(contradictions, contradictionText);
    tell(
      `${contradictions.length} ${contradictions.length === 1 ? 'run says' : 'runs say'} different things: nothing is written`,
    );
    if (json) await printJson({ out: null, contradictions });
    process.exitCode = EXIT.FAILED;
    return;
  }
  const store = await merged.write();
  try {
    await writeMerged(merged, store, { out, ...(json ? { json } : {}) });
  } finally {
    store.close();
  }
}

async function writeMerged(
  { plan, until, origin }: MergedSweep,
  store: SweepStore,
  options: { readonly out: string; readonly json?: boolean },
): Promise<void> {
  // What is not there is left to `mooring sim`.
  const nobody = async (): Promise<void> => {};
  const outcome: SweepOutcome = until
    ? await runUntil(plan, store, nobody, until, {})
    : await runSweep(plan.jobs, store, nobody, {});
  const runs = { runs: store.done.size, ...(until ? {} : { planned: plan.jobs.length }), complete: outcome.complete };
  await writeResults(plan, outcome, options, { until, origin, about: { out: options.out, ...runs } });
  const all = until ? '' : ` of ${plan.jobs.length}`;
  tell(`${options.out}: ${store.done.size}${all} runs`);
  if (!outcome.complete) tell(`the same mooring sim with --out ${options.out} does those that are not there`);
}

function contradictionText({ run, column, said: [one, other] }: Contradiction): string {
  return `${runText(run)}: ${column} is ${one.value} in ${one.file}, ${other.value} in ${other.file}`;
}

function tellMany<T>(all: readonly T[], text: (one: T) => string): void {
  for (const one of all.slice(0, SHOWN)) tell(text(one));
  if (all.length > SHOWN) tell(`… and ${all.length - SHOWN} more`);
}
