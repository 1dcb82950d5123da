import type { Command } from 'commander';
import { type Finding, findAll, PROBES } from '../../node/machine/index.js';
import { EXIT } from '../exit-codes.js';
import { print, printJson } from '../output.js';
import { list } from '../table.js';

const MARK: Record<Finding['state'], string> = { ok: '✓', absent: '–', missing: '✗' };

export function addDoctor(command: Command): void {
  command.option('--json', 'print one JSON document').action(async ({ json }: { json?: boolean }) => {
    const findings = await findAll(PROBES);
    if (json) await printJson({ findings });
    else await print(describe(findings));
    if (findings.some(({ state }) => state === 'missing')) process.exitCode = EXIT.FAILED;
  });
}

function describe(findings: readonly Finding[]): string {
  const here = findings.filter(({ state }) => state === 'ok');
  const gone = findings.filter(({ state }) => state !== 'ok');
  const parts = [
    list(here.map(({ state, name, found, purpose }) => [`${MARK[state]} ${name}`, found, `for ${purpose}`])),
  ];
  if (gone.length > 0) {
    parts.push(
      '\nnot here:\n',
      list(gone.map(({ state, name, purpose, remedy }) => [`${MARK[state]} ${name}`, `for ${purpose}`, `→ ${remedy}`])),
    );
  }
  parts.push(
    findings.some(({ state }) => state === 'missing')
      ? '\nmooring cannot work here: see ✗ above\n'
      : '\nmooring can simulate, compile and analyse here\n',
  );
  return parts.join('');
}
