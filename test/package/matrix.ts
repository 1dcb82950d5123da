// What each host can do, gathered while a file of the suite runs: the tables behind the guide "In your own page".

/** What one capability gave: a value, or the declared error instead. */
export interface Outcome {
  readonly value?: unknown;
  readonly code?: string;
  readonly message?: string;
}

export type Capabilities = Readonly<Record<string, Outcome>>;

const COLUMNS = ['compile', 'simulate', 'openCapture', 'spawnSim', 'spawnCapture', 'agent', 'connect'];
/** Of what a host is not asked for. */
const NO_SOCKETS =
  'Pages and the edge have no sockets: `connect` of `mooring/node` is for Node, Bun and Deno. There, hand the messages of a datapath to an `Agent` yourself.';

const hosts = new Map<string, Capabilities>();

/** Keeps what `host` can do for the table; a capability that is not asked of it stays open. */
export function note(host: string, capabilities: Capabilities): void {
  hosts.set(host, { ...hosts.get(host), ...capabilities });
}

/** The table of what was noted, and below it what the errors say. */
export function table(): string {
  const errors = new Map<string, string>();
  const cell = (outcome: Outcome | undefined): string => {
    if (!outcome) return '–';
    if ('value' in outcome) return '✓';
    errors.set(outcome.message!, outcome.code!);
    return outcome.code!;
  };
  const rows = [...hosts].map(
    ([host, capabilities]) => `| ${[host, ...COLUMNS.map((name) => cell(capabilities[name]))].join(' | ')} |`,
  );
  const said = [
    ...[...errors].map(([message, code]) => `- ${code}: ${message}`),
    ...(rows.some((row) => row.endsWith('– |')) ? [`- –: ${NO_SOCKETS}`] : []),
  ];
  return [
    '<!-- Written by npm run test:package. -->',
    '',
    `| host | ${COLUMNS.join(' | ')} |`,
    `|${' --- |'.repeat(COLUMNS.length + 1)}`,
    ...rows,
    '',
    ...said,
    '',
  ].join('\n');
}
