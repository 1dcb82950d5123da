import type { Command } from 'commander';
import { ERROR, MooringError } from '../../base/index.js';
import { formatLeaseTime, parseFabricRc, parseLeaseTime, settingsOf } from '../../fabric/index.js';
import { currentToken, loadToken, OrchestratorClient, urlOf } from '../../node/fabric/index.js';
import { readTextFile } from '../../node/files/index.js';
import { print, printJson, tell } from '../output.js';
import { NOTHING, table } from '../table.js';
import { parsedBy } from '../values.js';

interface Flags {
  readonly rc?: string;
  readonly token?: string;
  readonly url?: string;
  readonly credmgr?: string;
  readonly json?: boolean;
}

/** Where the account is: settings of a fabric_rc, of the environment, or as the options say. */
function clientOf({ rc, token, url, credmgr }: Flags): OrchestratorClient {
  const settings = settingsOf({
    ...(rc === undefined ? {} : { file: parseFabricRc(readTextFile(rc)) }),
    environment: process.env,
  });
  const home = process.env['HOME'] ?? '';
  const path = (token ?? settings['token_location'] ?? '').replace(/^~/, home);
  const stored = loadToken(path);
  if (stored.exposed) tell(`warning: ${path} can be read by others; chmod 600 mends that`);
  const kept = {
    path,
    credmgrUrl: credmgr ?? urlOf(settings['credmgr_host'] ?? ''),
    projectId: settings['project_id'] ?? '',
  };
  return new OrchestratorClient({
    url: url ?? urlOf(settings['orchestrator_host'] ?? ''),
    token: async (refused) => await currentToken(kept, refused),
  });
}

function withAccount(command: Command): Command {
  return command
    .option('--rc <file>', 'a fabric_rc; without it the environment and the defaults of the official client')
    .option('--token <file>', 'the token file, instead of the one the settings name')
    .option('--url <url>', 'the orchestrator, instead of the one the settings name')
    .option('--credmgr <url>', 'who refreshes the token, instead of the one the settings name')
    .option('--json', 'print as JSON');
}

/** `mooring fabric sites`: what is free, where. */
export function addSites(fabric: Command): void {
  withAccount(fabric.command('sites'))
    .description('list sites and what is free there')
    .action(async (flags: Flags) => {
      const sites = await clientOf(flags).sites();
      if (flags.json) return printJson(sites);
      const rows = sites.map((site) => {
        const components = (site['components'] ?? {}) as Record<string, { available?: number }>;
        const nics = Object.entries(components)
          .filter(([model]) => model.startsWith('SmartNIC'))
          .map(([model, { available }]) => `${available ?? NOTHING} ${model}`);
        const free = ['cores_available', 'ram_available', 'disk_available'].map((name) =>
          String(site[name] ?? NOTHING),
        );
        return [String(site['name']), String(site['state'] ?? NOTHING), nics.join(', ') || NOTHING, ...free];
      });
      await print(table(['site', 'state', 'free NICs', 'cores', 'RAM GB', 'disk GB'], rows, 3));
    });
}

/** `mooring fabric slices`: what one has, and until when. */
export function addSlices(fabric: Command): void {
  withAccount(fabric.command('slices'))
    .description('list your slices and when their leases end')
    .action(async (flags: Flags) => {
      const slices = await clientOf(flags).slices();
      if (flags.json) return printJson(slices.map(({ model: _, ...slice }) => slice));
      const ends = (endMs: number | undefined) => (endMs === undefined ? NOTHING : formatLeaseTime(endMs));
      const rows = slices.map(({ id, name, state, leaseEndMs }) => [name, state, ends(leaseEndMs), id]);
      await print(slices.length === 0 ? 'no slices\n' : table(['slice', 'state', 'lease ends', 'id'], rows, 4));
    });
}

function readTime(text: string): number {
  const time = parseLeaseTime(text);
  if (time === undefined) throw new Error('Give a time such as "2026-01-31 16:20:15 +0000".');
  return time.atMs;
}

/** `mooring fabric renew`: a lease to an absolute end, read back. */
export function addRenew(fabric: Command): void {
  withAccount(fabric.command('renew'))
    .argument('<slice>', "the slice's id, or its name where you have one slice so named")
    .argument('<until>', 'when the lease shall end, "2026-01-31 16:20:15 +0000"', parsedBy(readTime))
    .description('renew a lease, and say until when it then is')
    .action(async (slice: string, untilMs: number, flags: Flags) => {
      const client = clientOf(flags);
      const id = await idOf(client, slice);
      const leaseEndMs = await client.renew(id, untilMs);
      if (flags.json) return printJson({ id, leaseEndMs: leaseEndMs ?? null });
      const ends = leaseEndMs === undefined ? NOTHING : formatLeaseTime(leaseEndMs);
      await print(`the lease of ${id} ends ${ends}${leaseEndMs !== untilMs ? ', not as asked for' : ''}\n`);
    });
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** A slice's id; of a name that two slices have, it does not choose. */
async function idOf(client: OrchestratorClient, slice: string): Promise<string> {
  if (UUID.test(slice)) return slice;
  const named = await client.slices(slice);
  const [only] = named;
  if (only !== undefined && named.length === 1) return only.id;
  const message = named.length === 0 ? `you have no slice ${slice}` : `several of your slices are called ${slice}`;
  throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `${message}: see mooring fabric slices`, {
    argument: 'slice',
  });
}

/** `mooring fabric delete`: gives a slice back, such as one that a run could not. */
export function addDelete(fabric: Command): void {
  withAccount(fabric.command('delete'))
    .argument('<slice>', "the slice's id, or its name where you have one slice so named")
    .description('delete a slice and all that is in it, such as one that a run has left')
    .action(async (slice: string, flags: Flags) => {
      const client = clientOf(flags);
      const id = await idOf(client, slice);
      await client.delete(id);
      if (flags.json) return printJson({ id, deleted: true });
      await print(`${id} is being deleted\n`);
    });
}
