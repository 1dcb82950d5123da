import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

// What each host can do, gathered over the suite's files: the table of the guide "In your own page".

/** What one capability gave: a value, or the declared error instead. */
export interface Outcome {
  readonly value?: unknown;
  readonly code?: string;
  readonly message?: string;
}

export type Capabilities = Readonly<Record<string, Outcome>>;

const FOLDER = 'out/package-matrix';
const COLUMNS = ['compile', 'simulate', 'openCapture', 'spawnSim', 'spawnCapture', 'agent'];

/** Keeps what `host` can do for the table; a capability that is not asked of it stays open. */
export function note(host: string, capabilities: Capabilities): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}/${host}.json`, JSON.stringify({ host, capabilities }));
}

/** The table of what was noted. */
export function table(): string {
  const rows = readdirSync(FOLDER)
    .sort()
    .map(
      (file) => JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as { host: string; capabilities: Capabilities },
    )
    .map(({ host, capabilities }) => `| ${[host, ...COLUMNS.map((name) => cell(capabilities[name]))].join(' | ')} |`);
  return [`| host | ${COLUMNS.join(' | ')} |`, `|${' --- |'.repeat(COLUMNS.length + 1)}`, ...rows, ''].join('\n');
}

function cell(outcome: Outcome | undefined): string {
  if (!outcome) return '–';
  return 'value' in outcome ? '✓' : `${outcome.code}: ${outcome.message}`;
}
