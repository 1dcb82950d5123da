import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Option } from 'commander';
import { ALGORITHM_SUMMARIES, ALGORITHMS } from '../algorithms/index.js';
import { ERROR, MooringError } from '../base/index.js';
import { MODULE_FILE } from '../node/modules/index.js';
import { suggest } from './completion/suggestions.js';

/** Names of the package's algorithms, for help, refusals and completion. */
export const ALGORITHM_NAMES: readonly string[] = Object.keys(ALGORITHMS);

/** Help: the package's algorithms, a line for each. */
export const ALGORITHM_HELP: string = ['\nAlgorithms:', ...linesOf(ALGORITHM_SUMMARIES)].join('\n');

/** Names and what is said of them, in two columns. */
export function linesOf(summaries: Readonly<Record<string, string>>): string[] {
  return Object.entries(summaries).map(([name, summary]) => `  ${name.padEnd(15)} ${summary}`);
}

/** `--alg`, which every verb that runs an algorithm has: one of `names`, or the path of a module. */
export function algorithmOption(names: readonly string[], what = 'the algorithm'): Option {
  return suggest(
    new Option('--alg <name|path>', `${what}: ${names.join(', ')}, or the path of a module (.js, .ts)`),
    names,
  );
}

/** What `--alg` names: one of the package's algorithms, or the module of a reader. Bad usage where it is neither. */
export function readAlgorithm(text: string): string | URL {
  if (ALGORITHM_NAMES.includes(text)) return text;
  if (MODULE_FILE.test(text) && existsSync(text)) return pathToFileURL(resolve(text));
  if (/[./]/.test(text)) {
    throw new MooringError(ERROR.MOORING_ERR_ALGORITHM_FILE, `--alg ${text}: there is no such file`, { path: text });
  }
  throw new MooringError(
    ERROR.MOORING_ERR_AGENT_UNKNOWN_ALGORITHM,
    `--alg: no algorithm is called ${JSON.stringify(text)}: there are ${ALGORITHM_NAMES.join(', ')}, or give the path of a module`,
    { name: text, known: ALGORITHM_NAMES },
  );
}
