import { type Command, Option } from 'commander';
import { CAPTURE_NAMES, type CaptureName } from '../../node/twine/index.js';
import { UsageError } from '../failure.js';

/** How a campaign is carried out. */
export interface RunOptions {
  readonly workdir?: string;
  readonly capture?: CaptureName;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Gives a sub-verb the options of one that carries a campaign out. */
export function withRun(command: Command): Command {
  return command
    .option('--workdir <dir>', 'folder for the runs; WORKDIR when absent')
    .addOption(
      new Option('--capture <tool>', 'what captures on the listeners; the best there is when absent').choices(
        CAPTURE_NAMES,
      ),
    )
    .option('--quiet', 'no progress')
    .option('--json', 'print the manifests as JSON at the end');
}

/** The folder of the runs; bad usage when nothing names one. */
export function workdirOf({ workdir = process.env['WORKDIR'] }: { readonly workdir?: string }): string {
  if (workdir === undefined) throw new UsageError('name a folder: --workdir DIR, or set WORKDIR');
  return workdir;
}
