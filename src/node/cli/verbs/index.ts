import type { Command } from 'commander';

/** Every verb, in the order of `mooring --help`. Each is one file that adds itself to the program. */
export const verbs: ReadonlyArray<(program: Command) => void> = [];
