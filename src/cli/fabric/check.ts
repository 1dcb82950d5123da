import { type Command, InvalidArgumentError } from 'commander';
import {
  claimsOfToken,
  type Finding,
  parseLeaseTime,
  parseTokenFile,
  preflight,
  readGraphml,
} from '../../fabric/index.js';
import { readTextFile } from '../../node/files/index.js';
import { EXIT } from '../exit-codes.js';
import { print, printJson } from '../output.js';

function readUntil(text: string): number {
  const time = parseLeaseTime(text);
  if (time === undefined) throw new InvalidArgumentError('a time such as "2026-01-31 16:20:15 +0000" is wanted');
  return time.atMs;
}

interface Flags {
  readonly token: string;
  readonly key: string[];
  readonly until: number;
  readonly json?: boolean;
}

/** `mooring fabric check`: what the orchestrator, its policy and the switches would have against a slice. */
export function addCheck(fabric: Command): void {
  fabric
    .command('check')
    .argument('<graph>', 'the slice as GraphML, - for standard input')
    .requiredOption('--token <file>', 'the token file of the portal')
    .option('--key <file...>', 'public keys that go into the machines', [])
    .requiredOption('--until <time>', 'when the campaign will have ended, "2026-01-31 16:20:15 +0000"', readUntil)
    .option('--json', 'print as JSON')
    .description('say, without asking anybody, what stands against a slice and how to mend it')
    .action(async (file: string, { token, key, until, json }: Flags) => {
      const { idToken, refreshToken, expiresMs } = parseTokenFile(readTextFile(token));
      const read = claimsOfToken(idToken);
      const findings = preflight({
        graph: readGraphml(readTextFile(file)),
        claims: read.claims,
        tokenExpiresMs: read.expiresMs ?? expiresMs,
        refreshable: refreshToken !== undefined,
        nowMs: Date.now(),
        untilMs: until,
        sshKeys: key.map((each) => readTextFile(each).trim()),
      });
      if (json) await printJson(findings);
      else await print(findings.length === 0 ? 'nothing stands against it\n' : findings.map(line).join(''));
      if (findings.some(({ severity }) => severity === 'error')) process.exitCode = EXIT.FAILED;
    });
}

function line({ subject, severity, message, hint }: Finding): string {
  return `${severity}: ${subject}: ${message} (${hint})\n`;
}
