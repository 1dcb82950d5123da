import type { CompletedOption, CompletedVerb } from './tree.js';

/** A script for `mooring completion fish | source`. */
export function fishScript(name: string, verbs: readonly CompletedVerb[]): string {
  const known = verbs.filter(({ path }) => path !== '').map(({ path }) => quote(path));
  return `# Completion of ${name} for fish: ${name} completion fish | source
function __${name}_at
  set -l at
  for given in (commandline -opc)[2..]
    if contains -- (string join -- ' ' $at $given) ${known.join(' ')}
      set -a at $given
    end
  end
  test "$at" = "$argv[1]"
end
complete -c ${name} -f
${verbs.flatMap((verb) => linesOf(name, verb)).join('\n')}
`;
}

function linesOf(name: string, { path, verbs, options, argument }: CompletedVerb): string[] {
  const start = `complete -c ${name} -n ${quote(`__${name}_at ${quote(path)}`)}`;
  const lines = verbs.map((verb) => `${start} -a ${quote(verb.name)} -d ${quote(verb.summary)}`);
  if (argument.files) lines.push(`${start} -F`);
  if (argument.values.length > 0) lines.push(`${start} -a ${quote(argument.values.join(' '))}`);
  return [...lines, ...options.map((option) => `${start} ${optionOf(option)}`)];
}

function optionOf({ flags, summary, value }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
  const words = value && value.values.length > 0 ? ` -a ${quote(value.values.join(' '))}` : '';
  const takes = value ? (value.files ? ' -r -F' : ' -x') : '';
  return `${names}${takes}${words} -d ${quote(summary)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
