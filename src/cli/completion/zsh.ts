import type { CompletedVerb, Taken } from './tree.js';

/** A script for `source <(mooring completion zsh)`, or for a file `_mooring` in a folder of $fpath. */
export function zshScript(name: string, verbs: readonly CompletedVerb[]): string {
  const known = verbs.filter(({ path }) => path !== '').map(({ path }) => quote(path));
  return `#compdef ${name}
# Completion of ${name} for zsh: source <(${name} completion zsh)
_${name}() {
  local at='' word="$words[CURRENT]" previous="$words[CURRENT-1]" given
  for given in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$given" in
      ${known.join('|')}) at="\${at:+$at }$given" ;;
    esac
  done
  case "$at $previous" in
${verbs.flatMap(valueCases).join('\n')}
  esac
  local -a verbs options
  case "$at" in
${verbs.map(verbCase).join('\n')}
  esac
}
if typeset -f compdef > /dev/null; then compdef _${name} ${name}; fi
`;
}

function valueCases({ path, options }: CompletedVerb): string[] {
  return options.flatMap(({ flags, value }) =>
    value ? [`    ${flags.map((flag) => quote(`${path} ${flag}`)).join('|')}) ${offer(value)}; return ;;`] : [],
  );
}

function verbCase({ path, verbs, options, argument }: CompletedVerb): string {
  const flags = options.flatMap((option) => option.flags.map((flag) => entry(flag, option.summary)));
  const names = verbs.map((verb) => entry(verb.name, verb.summary));
  const plain = names.length > 0 ? `verbs=(${names.join(' ')}); _describe verb verbs` : offer(argument);
  return `    ${quote(path)})
      if [[ "$word" == -* ]]; then options=(${flags.join(' ')}); _describe option options
      else ${plain}
      fi ;;`;
}

function offer({ values, files }: Taken): string {
  const words = values.length > 0 ? [`compadd -- ${values.map(quote).join(' ')}`] : [];
  const all = files ? [...words, '_files'] : words;
  return all.length > 0 ? all.join('; ') : ':';
}

/** `_describe` takes `name:summary`, a colon of the name behind a backslash. */
function entry(name: string, summary: string): string {
  return quote(`${name.replaceAll(':', '\\:')}:${summary}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
