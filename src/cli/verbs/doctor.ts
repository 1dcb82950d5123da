import Table from 'cli-table3';
import type { Command } from 'commander';
import { type Finding, findAll, PROBES } from '../../node/machine/index.js';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('say what this machine can do, what for, and how to get the rest')
    .option('--json', 'print one JSON document')
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await findAll(PROBES);
      process.stdout.write(json ? `${JSON.stringify({ findings }, null, 2)}\n` : describe(findings));
      if (findings.some(({ state }) => state === 'missing')) process.exitCode = 1;
    });
}

const MARK: Record<Finding['state'], string> = { ok: '✓', absent: '–', missing: '✗' };

function describe(findings: readonly Finding[]): string {
  const here = findings.filter(({ state }) => state === 'ok');
  const gone = findings.filter(({ state }) => state !== 'ok');
  const parts = [grid(here, ({ state, name, found, purpose }) => [`${MARK[state]} ${name}`, found, `for ${purpose}`])];
  if (gone.length > 0) {
    parts.push('not here:');
    parts.push(
      grid(gone, ({ state, name, purpose, remedy }) => [`${MARK[state]} ${name}`, `for ${purpose}`, `→ ${remedy}`]),
    );
  }
  parts.push(
    findings.some(({ state }) => state === 'missing')
      ? 'mooring cannot work here: see ✗ above'
      : 'mooring can simulate, compile and analyse here',
  );
  return `${parts.join('\n')}\n`;
}

function grid(findings: readonly Finding[], cells: (finding: Finding) => string[]): string {
  const table = new Table({ chars: BLANK, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 } });
  table.push(...findings.map(cells));
  return table.toString().replace(/ +$/gm, '');
}

const EDGES = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
] as const;
const BLANK = Object.fromEntries(EDGES.map((edge) => [edge, '']));
