import { randomUUID } from 'node:crypto';
import { ERROR, MooringError } from '../../base/index.js';
import { type Faults, formatLeaseTime, Metrics, NO_FAULTS, World, writeGraphml } from '../../fabric/index.js';
import { type Serving, serveStandIn } from '../fabric/index.js';
import { type LocalTestbed, openLocalTestbed } from '../testbed/index.js';
import { type AccountFolder, makeAccountFolder, writeRc } from './folder.js';
import { makeIdentity } from './identity.js';
import { Journal } from './journal.js';
import { NamespaceMachinery } from './machinery.js';
import { Management } from './management.js';
import { readOctets } from './octets.js';
import { standInTestbedOf } from './testbed-of.js';
import { slicesOf } from './users-slices.js';

/** A user's slices last this long, unless the campaign renews them. */
const USERS_LEASE_MS = 14 * 24 * 3_600_000;
/** Steps from asking for a slice to having it, with the time machines and mirrors take beside. */
const STEPS = 5;
const WORK_S = 3;
/** The real switches are read once a minute. */
const OCTETS_MS = 2000;

/** How to rehearse. */
export interface RehearsalOptions {
  /** Name of a testbed of namespaces that is up; without one there is an API of two sites, and nothing behind it. */
  readonly testbed?: string;
  /** Folder for the account: keys, token, `fabric_rc`. */
  readonly folder: string;
  readonly port: number;
  readonly stepMs: number;
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly faults?: Faults;
}

/** A rehearsal that is going on. */
export interface Rehearsal {
  readonly url: string;
  /** The `fabric_rc` by which a campaign finds it: its testbed is `fabric:` and this. */
  readonly rc: string;
  /** Names of all slices there have been, those that are gone included. */
  sliceNames(): string[];
  /** The state of the newest slice of a name; `undefined` where there was none. */
  stateOf(slice: string): string | undefined;
  /** Removes what it has made; the testbed stays. */
  close(): Promise<void>;
}

/**
 * Puts FABRIC's API in front of a testbed of namespaces: slices that are asked for become namespaces with OpenSSH's
 * server in them, mirrors mirror, and a bastion leads in. The slices of the testbed's topology are there from the
 * beginning, as the account's. What a rehearsal that was killed has left in the testbed goes first. Tokens are refreshed and the octets of switches told as there.
 *
 * Throws MOORING_ERR_TESTBED_REFUSED when there is no such testbed, MOORING_ERR_TESTBED_UNSUPPORTED without OpenSSH's
 * server.
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { faults = NO_FAULTS, port, stepMs, tls } = options;
  const testbed = options.testbed === undefined ? undefined : openLocalTestbed(options.testbed);
  testbed?.requireAccess();
  const clock = (): number => Date.now() + faults.clockOffsetS * 1000;
  const account = await makeAccountFolder(options.folder);
  const identity = makeIdentity(account, clock(), faults.tokenS === undefined ? undefined : faults.tokenS * 1000);
  const management = options.testbed === undefined ? undefined : await Management.open(options.testbed, account);
  const journal = management && new Journal(management.journal);
  const machinery = testbed && management && journal && new NamespaceMachinery(testbed, management, journal);
  let serving: Serving | undefined;
  let reading: NodeJS.Timeout | undefined;
  const close = async (): Promise<void> => {
    clearInterval(reading);
    await serving?.close();
    await machinery?.close();
    await management?.close();
  };
  try {
    if (testbed) await journal?.clear(testbed);
    const view = await testbed?.show();
    const world = new World({
      ...(testbed && view && { testbed: await standInTestbedOf(testbed, view) }),
      ...(machinery && { machinery }),
      conditions: faults,
      longestLeaseMs: faults.leaseS === undefined ? undefined : faults.leaseS * 1000,
    });
    const metrics = new Metrics();
    if (testbed) reading = await readAgainAndAgain(testbed, metrics, clock);
    const { credmgr, coreApi } = identity;
    const beside = { credmgr, coreApi, metrics };
    serving = await serveStandIn({
      ...{ port, stepMs, world, faults: faults.answers, beside, clock },
      ...(tls && { tls }),
    });
    const slices = view === undefined ? [] : slicesOf(view, randomUUID);
    const endMs = clock() + USERS_LEASE_MS;
    for (const [name, graph] of slices) askFor(serving, account, identity.token, name, writeGraphml(graph), endMs);
    const rotationS = (STEPS * stepMs) / 1000 + (testbed ? WORK_S : 0);
    const place = { url: serving.url, projectId: identity.projectId, bastion: management?.bastion };
    writeRc(account, { ...place, setupS: rotationS + WORK_S, rotationS });
    return {
      url: serving.url,
      rc: account.rc,
      sliceNames: () => world.slices.map(({ name }) => name),
      stateOf: (slice) => world.slices.filter(({ name }) => name === slice).at(-1)?.state,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readAgainAndAgain(testbed: LocalTestbed, metrics: Metrics, clock: () => number) {
  const read = async (): Promise<void> => metrics.record(await readOctets(testbed), clock());
  await read();
  // A testbed that is going down is not read.
  return setInterval(() => void read().catch(() => undefined), OCTETS_MS);
}

function askFor(
  serving: Serving,
  { slicePublicKey }: AccountFolder,
  token: string,
  name: string,
  graph: string,
  endMs: number,
): void {
  const { status, body } = serving.handle({
    method: 'POST',
    path: '/slices/creates',
    query: [
      ['name', name],
      ['lease_end_time', formatLeaseTime(endMs)],
    ],
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ graph_model: graph, ssh_keys: [slicePublicKey] }),
  });
  if (status === 200) return;
  const message = `the slice ${name} of the testbed is none that FABRIC takes: ${JSON.stringify(body)}`;
  throw new MooringError(ERROR.MOORING_ERR_FABRIC_ANSWER, message, { cause: 'request', status, text: message });
}
