import { type Command, InvalidArgumentError } from 'commander';
import { ERROR, MooringError } from '../../base/index.js';
import {
  checkAccount,
  claimsOfToken,
  type Finding,
  parseLeaseTime,
  parseTokenFile,
  preflight,
  readGraphml,
} from '../../fabric/index.js';
import {
  type FabricAccount,
  loadToken,
  probeBastion,
  readAccount,
  readAccountKeys,
  withPortalsEnds,
} from '../../node/fabric/index.js';
import { readTextFile } from '../../node/files/index.js';
import { EXIT } from '../exit-codes.js';
import { print, printJson } from '../output.js';

const DAY_MS = 24 * 3_600_000;

function readUntil(text: string): number {
  const time = parseLeaseTime(text);
  if (time === undefined) throw new InvalidArgumentError('a time such as "2026-01-31 16:20:15 +0000" is wanted');
  return time.atMs;
}

interface Flags {
  readonly rc?: string;
  readonly online?: boolean;
  readonly token?: string;
  readonly key: string[];
  readonly until?: number;
  readonly json?: boolean;
}

/** `mooring fabric check`: what the orchestrator, its policy, the switches and the bastion would have against a campaign. */
export function addCheck(fabric: Command): void {
  fabric
    .command('check')
    .argument('[graph]', 'the slice as GraphML, - for standard input; without it the account alone is looked at')
    .option('--rc <file>', "an account's fabric_rc: its token, its keys' kinds and ages, its bastion")
    .option('--online', 'ask the portal when the keys end, and the bastion, once, whether it lets in; with --rc')
    .option('--token <file>', 'the token file of the portal, instead of the one the account names')
    .option('--key <file...>', "public keys that go into the machines, instead of the account's", [])
    .option(
      '--until <time>',
      'when the campaign will have ended, "2026-01-31 16:20:15 +0000"; default in a day',
      readUntil,
    )
    .option('--json', 'print as JSON')
    .description('say what stands against a slice or an account and how to mend it, without asking anybody')
    .action(async (file: string | undefined, flags: Flags) => {
      const nowMs = Date.now();
      const untilMs = flags.until ?? nowMs + DAY_MS;
      const account = flags.rc === undefined ? undefined : readAccount(flags.rc);
      const findings = [
        ...(account ? await ofAccount(account, flags.online === true, nowMs, untilMs) : []),
        ...(file === undefined ? [] : ofGraph(file, flags, account, nowMs, untilMs)),
      ];
      if (file === undefined && account === undefined) {
        throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, 'give a slice as GraphML, or --rc for an account', {
          argument: 'graph',
        });
      }
      if (flags.json) await printJson(findings);
      else await print(findings.length === 0 ? 'nothing stands against it\n' : findings.map(line).join(''));
      if (findings.some(({ severity }) => severity === 'error')) process.exitCode = EXIT.FAILED;
    });
}

async function ofAccount(account: FabricAccount, online: boolean, nowMs: number, untilMs: number): Promise<Finding[]> {
  const found: Finding[] = [];
  let keys = readAccountKeys(account);
  if (online) {
    try {
      keys = await withPortalsEnds(account, keys);
    } catch (error) {
      const message = `the portal does not say when keys end: ${(error as Error).message}`;
      found.push({ subject: 'portal', severity: 'warning', message, hint: 'their files’ ages are what is left' });
    }
    const knocked = await probeBastion(account);
    if (knocked) found.push(knocked);
  }
  const { tokenPath, bastion } = account;
  const tokenExposed = loadToken(tokenPath).exposed;
  return [...checkAccount({ nowMs, untilMs, bastionUser: bastion.user, tokenPath, tokenExposed, keys }), ...found];
}

function ofGraph(
  file: string,
  { token, key }: Flags,
  account: FabricAccount | undefined,
  nowMs: number,
  untilMs: number,
): readonly Finding[] {
  const tokenPath = token ?? account?.tokenPath;
  if (tokenPath === undefined) {
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, 'a slice wants a token: --token FILE or --rc FILE', {
      argument: 'token',
    });
  }
  const { idToken, refreshToken, expiresMs } = parseTokenFile(readTextFile(tokenPath));
  const read = claimsOfToken(idToken);
  const keyFiles = key.length > 0 || account === undefined ? key : [account.slicePublicKey];
  return preflight({
    graph: readGraphml(readTextFile(file)),
    claims: read.claims,
    tokenExpiresMs: read.expiresMs ?? expiresMs,
    refreshable: refreshToken !== undefined,
    nowMs,
    untilMs,
    sshKeys: keyFiles.map((each) => readTextFile(each).trim()),
  });
}

function line({ subject, severity, message, hint }: Finding): string {
  return `${severity}: ${subject}: ${message} (${hint})\n`;
}
