import type { Scenario } from '../sim/index.js';
import type { SharedCode } from './state.js';

// A run as what a shell is given to make it: with flags where every field has one, else with the scenario, and the files it
// names, in the text itself. What is pasted needs nothing else.

/** What a run is made of. */
export interface Made {
  readonly scenario: Scenario;
  /** Files that its flows name as their algorithms, and those that these import. */
  readonly code: readonly SharedCode[];
}

/** Every field that the command fills itself where it is not given. */
const GIVEN = ['rate', 'rtt', 'queue', 'duration', 'seed'] as const;
const FLAGS: ReadonlySet<string> = new Set([...GIVEN, 'loss', 'engine', 'flows']);
const TEXTS_OF_FLOW = ['algorithm', 'name', 'start', 'stagger', 'stop', 'size', 'rtt', 'minRto', 'recovery'];
const NUMBERS_OF_FLOW = ['count', 'mssBytes', 'initialCwndPackets'];
const FOLDER = 'mooring-run';

/**
 * The commands that make a run again; `more` are flags that are added, such as `--json`. Null where none does: a datapath
 * program that drives a flow alone is run by the studio only.
 */
export function commandLine({ scenario, code }: Made, more: readonly string[] = []): string | null {
  if (code.some(({ name }) => name.endsWith('.ccp'))) return null;
  const flags = code.length === 0 ? flagsOf(scenario) : null;
  if (flags) return ['mooring sim', ...flags, ...more].join(' ');
  const named = withPaths(scenario, code);
  const run = [`mooring sim -${more.map((flag) => ` ${flag}`).join('')}`, JSON.stringify(named, null, 1)] as const;
  if (code.length === 0) return heredoc(...run);
  // In a folder of its own, and nothing is written over: a name may be that of a reader's own file.
  const files = code.map(({ name, text }) => heredoc(`cat > ${name}`, text.replace(/\n$/, '')));
  return ['(', 'set -e', `mkdir ${FOLDER}`, `cd ${FOLDER}`, ...files, heredoc(...run), ')'].join('\n');
}

/** The scenario with the files it names as paths, as the command line and programs have them. */
export function withPaths(scenario: Scenario, code: readonly SharedCode[]): Scenario {
  const names = new Set(code.map(({ name }) => name));
  const flows = scenario.flows.map((flow) => {
    const file = String(flow.algorithm).replace(/^\.\//, '');
    // A page calls a flow by the name of its file, the command line by its class.
    return names.has(file) ? { name: file, ...flow, algorithm: `./${file}` } : flow;
  });
  return { ...scenario, flows };
}

/** Null where a field has no flag. */
function flagsOf(scenario: Scenario): string[] | null {
  const fields = scenario as Readonly<Record<string, unknown>>;
  if (Object.keys(fields).some((name) => !FLAGS.has(name)) || GIVEN.some((name) => !isPlain(fields[name]))) return null;
  const flows = scenario.flows.map((flow) => {
    const parts = Object.entries(flow).map(([name, value]) => {
      const known = typeof value === 'number' ? NUMBERS_OF_FLOW : TEXTS_OF_FLOW;
      return known.includes(name) && isPlain(value) ? `${name === 'algorithm' ? 'alg' : name}=${value}` : null;
    });
    return parts.includes(null) ? null : `--flow ${parts.join(',')}`;
  });
  if (flows.includes(null)) return null;
  const rest = [...GIVEN, 'loss', 'engine'].filter((name) => fields[name] !== undefined);
  if (rest.some((name) => !isPlain(fields[name]))) return null;
  return [...(flows as string[]), ...rest.map((name) => `--${name} ${fields[name]}`)];
}

/** What a shell takes as it stands, and a flag as one word. */
function isPlain(value: unknown): boolean {
  return (typeof value === 'string' && /^[\w.:%+-]+$/.test(value)) || (typeof value === 'number' && value >= 0);
}

/** A command that is given `text`, whatever stands in it. */
function heredoc(command: string, text: string): string {
  const lines = new Set(text.split('\n'));
  let end = 'END';
  while (lines.has(end)) end += '_';
  return `${command} <<'${end}'\n${text}\n${end}`;
}
