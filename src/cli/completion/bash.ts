import type { CompletedVerb, Taken } from './tree.js';

const OFFER = '_mooring_offer';

// Words of a call are split here and not taken from COMP_WORDS, which bash breaks at the colon of
// builtin:cubic and at the = of --alg=cubic. What is answered must then leave out what stands before the
// colon. Names of files are left to readline: it offers them where nothing is answered.

/** A script for `source <(mooring completion bash)`. */
export function bashScript(name: string, verbs: readonly CompletedVerb[]): string {
  const known = verbs.filter(({ path }) => path !== '').map(({ path }) => quote(path));
  return `# Completion of ${name} for bash: source <(${name} completion bash)
_${name}() {
  local line="\${COMP_LINE:0:COMP_POINT}" path='' word='' previous='' given
  local -a words
  read -r -a words <<< "$line"
  case "$line" in *[[:space:]]) ;; *) word="\${words[\${#words[@]}-1]}"; unset "words[\${#words[@]}-1]" ;; esac
  [ "\${#words[@]}" -gt 0 ] && previous="\${words[\${#words[@]}-1]}"
  case "$word" in --*=*) previous="\${word%%=*}"; word="\${word#*=}" ;; esac
  for given in "\${words[@]:1}"; do
    case "\${path:+$path }$given" in
      ${known.join('|')}) path="\${path:+$path }$given" ;;
    esac
  done
  COMPREPLY=()
  case "$path $previous" in
${verbs.flatMap(valueCases).join('\n')}
  esac
  case "$path" in
${verbs.map(verbCase).join('\n')}
  esac
}
${OFFER}() {
  local prefix="\${2%"\${2##*:}"}" files="$3" found
  while IFS= read -r found; do COMPREPLY+=("\${found#"$prefix"}"); done < <(compgen -W "$1" -- "$2")
  [ "$files" = files ] || compopt +o default +o bashdefault 2>/dev/null
  return 0
}
complete -o bashdefault -o default -F _${name} ${name}
`;
}

function valueCases({ path, options }: CompletedVerb): string[] {
  return options.flatMap(({ flags, value }) =>
    value ? [`    ${flags.map((flag) => quote(`${path} ${flag}`)).join('|')}) ${offer(value)}; return ;;`] : [],
  );
}

function verbCase({ path, verbs, options, argument }: CompletedVerb): string {
  const flags = options.flatMap((option) => option.flags);
  const words = [...verbs.map(({ name }) => name), ...argument.values];
  const plain = offer({ values: words, files: argument.files });
  return `    ${quote(path)}) case "$word" in -*) ${offer({ values: flags, files: false })} ;; *) ${plain} ;; esac ;;`;
}

function offer({ values, files }: Taken): string {
  return `${OFFER} ${quote(values.join(' '))} "$word" ${files ? 'files' : 'words'}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
