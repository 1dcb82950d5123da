import { ERROR, MooringError } from '../../base/index.js';

/** The words of a verb's options; those undefined or false are left out. */
export function optionWords(options: Record<string, string | number | boolean | undefined>): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}`, String(value)];
  });
}

// "event key=value …"; the last value goes on to the end of the line, as names may hold spaces.
export function lineFields(line: string) {
  const [event = ''] = line.split(' ', 1);
  const values = new Map<string, string>();
  for (let rest = line.slice(event.length); rest !== ''; ) {
    const match = /^ (\w+)=((?:(?! \w+=).)*)/.exec(rest);
    if (!match) throw notOurs(line);
    values.set(match[1]!, match[2]!);
    rest = rest.slice(match[0].length);
    if (match[1] === 'name') {
      values.set('name', match[2]! + rest);
      rest = '';
    }
  }
  const text = (name: string): string => {
    const value = values.get(name);
    if (value === undefined) throw notOurs(line);
    return value;
  };
  function number(name: string): number;
  function number(name: string, exact: true): string;
  function number(name: string, exact?: true): number | string {
    const value = text(name);
    if (!/^\d+$/.test(value)) throw notOurs(line);
    return exact ? value : Number(value);
  }
  return { event, text, number };
}

/** For a line of the helper that is none of its own. */
export function notOurs(line: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_HELPER_PROTOCOL, `the helper said "${line.slice(0, 200)}"`, { line });
}
