import type { Argument, Command, Option } from 'commander';
import { suggestionsFor } from './suggestions.js';

/** What may stand somewhere on the command line. */
export interface Taken {
  /** Words to offer. */
  readonly values: readonly string[];
  /** Whether the names of files are offered, too. */
  readonly files: boolean;
}

export interface CompletedOption {
  /** `--alg`, `-V`: all it is called. */
  readonly flags: readonly string[];
  readonly summary: string;
  /** What its value may be; undefined for a flag without one. */
  readonly value?: Taken;
}

/** A verb, or a verb of a verb, with all that can follow it. */
export interface CompletedVerb {
  /** The words that lead here, without the program's name: `pcap flows`; empty for the program itself. */
  readonly path: string;
  readonly summary: string;
  readonly verbs: ReadonlyArray<{ readonly name: string; readonly summary: string }>;
  readonly options: readonly CompletedOption[];
  readonly argument: Taken;
}

/** Placeholders that stand for a file or folder: `<file>`, `[scenario]`, `<name|path>`. */
const FILE_PLACEHOLDER = /\b(files?|path|dir|directory|out|scenario|topology)\b/;

/** The tree of a program's verbs as a list, each with what a shell may offer after it. */
export function completionsOf(program: Command): CompletedVerb[] {
  return walk(program, '');
}

function walk(command: Command, path: string): CompletedVerb[] {
  const help = command.createHelp();
  const verbs = help.visibleCommands(command).filter((verb) => verb.name() !== 'help');
  const taken = command.registeredArguments.map((argument) => takenBy(argument, argument.name()));
  const own: CompletedVerb = {
    path,
    summary: command.description(),
    verbs: verbs.map((verb) => ({ name: verb.name(), summary: verb.description() })),
    options: help.visibleOptions(command).map(completed),
    argument: { values: taken.flatMap(({ values }) => values), files: taken.some(({ files }) => files) },
  };
  return [own, ...verbs.flatMap((verb) => walk(verb, path === '' ? verb.name() : `${path} ${verb.name()}`))];
}

function completed(option: Option): CompletedOption {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  const { description: summary } = option;
  const [, placeholder] = /[<[](.*)[>\]]/.exec(option.flags) ?? [];
  return placeholder === undefined ? { flags, summary } : { flags, summary, value: takenBy(option, placeholder) };
}

function takenBy(taker: Option | Argument, placeholder: string): Taken {
  return { values: suggestionsFor(taker), files: FILE_PLACEHOLDER.test(placeholder) };
}
