/** Why a line is not read as bash would. */
export type Unread =
  | 'not read here'
  | 'a quote is open'
  | 'a command is not run'
  | 'a variable that no line before sets';

const NAME = /[A-Za-z_]\w*/y;

/**
 * The words of a line as bash has them after quotes, comments and variables: of those only what `known` says is put in.
 * What would run something, or is more than words, gives the reason why it is not read.
 */
export function shellWords(line: string, known: (name: string) => string | undefined): string[] | Unread {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at]!;
    if (quote === "'") {
      if (char === "'") quote = undefined;
      else word += char;
    } else if (char === '\\') {
      const next = line[++at];
      if (next === undefined) return 'not read here';
      // Within double quotes a backslash stands for itself but before these. bash(1), QUOTING
      word = `${word ?? ''}${quote === '"' && !'$`"\\'.includes(next) ? '\\' : ''}${next}`;
    } else if (char === '"' || (char === "'" && quote === undefined)) {
      quote = quote === char ? undefined : char;
      word ??= '';
    } else if (char === '`') {
      return 'a command is not run';
    } else if (char === '$') {
      const braces = line[at + 1] === '{';
      NAME.lastIndex = at + (braces ? 2 : 1);
      const name = NAME.exec(line)?.[0];
      if (name === undefined) return line[at + 1] === '(' ? 'a command is not run' : 'not read here';
      if (braces && line[NAME.lastIndex] !== '}') return 'not read here';
      const value = known(name);
      if (value === undefined) return 'a variable that no line before sets';
      at = NAME.lastIndex - (braces ? 0 : 1);
      word = `${word ?? ''}${value}`;
    } else if (quote === undefined && (/[\s;]/.test(char) || (char === '#' && word === undefined))) {
      if (word !== undefined) words.push(word);
      word = undefined;
      if (char === '#') return words;
    } else if (quote === undefined && /[&|<>()]/.test(char)) {
      return 'not read here';
    } else {
      word = `${word ?? ''}${char}`;
    }
  }
  if (quote !== undefined) return 'a quote is open';
  if (word !== undefined) words.push(word);
  return words;
}
