import { formatDuration, formatRate, formatSize } from '../base/index.js';
import { type Intent, type IntentInput, parseIntent } from './intent.js';
import { type InventoryInput, parseInventory, type SiteInventory, type SwitchPort } from './inventory.js';
import { layOutSite, type MirrorLoad, mirroredLoadBytesPerSecond, nicsWanted } from './layout.js';
import { type Notice, notice } from './notice.js';
import { rankWeight } from './schedule.js';
import type { PlannedNic, PlannedPort, SiteBasis, SitePlan } from './site-plan.js';

/** A campaign: one plan a site, each carried out by a session of its own. */
export interface CampaignPlan {
  readonly sites: readonly SitePlan[];
  readonly warnings: readonly Notice[];
}

/** A plan, or every reason against it. */
export type PlanResult =
  | { readonly ok: true; readonly plan: CampaignPlan }
  | { readonly ok: false; readonly refusals: readonly Notice[]; readonly warnings: readonly Notice[] };

/**
 * Settles who listens where, when and for how long, before anything is requested. Refuses what
 * cannot work, naming field and mend; doubts are warnings. Pure: the same inventory, intent and
 * seed give the same plan. Throws MOORING_ERR_TWINE_BAD_INPUT for values of the wrong shape.
 *
 * @example
 * ```ts
 * const result = planCampaign(
 *   { sites: [{ name: 'INDI', nics: [{ model: 'ConnectX_6', available: 1 }], ports: [{ name: 'HundredGigE0/0/0/5' }] }] },
 *   { targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/5'] }], parameters: { experimentRetries: 1 } },
 * );
 * if (result.ok) console.log(result.plan.sites[0]?.slots[0]?.mirrors);
 * else for (const { field, message } of result.refusals) console.log(field, message);
 * ```
 */
export function planCampaign(inventoryInput: InventoryInput, intentInput: IntentInput): PlanResult {
  const inventory = parseInventory(inventoryInput);
  const intent = parseIntent(intentInput);
  const refusals: Notice[] = [];
  const warnings: Notice[] = [];
  const sites: SitePlan[] = [];
  const seen = new Set<string>();
  for (const [index, target] of intent.targets.entries()) {
    const field = `targets.${index}`;
    const name = target.site.toUpperCase();
    const site = inventory.sites.find((candidate) => candidate.name.toUpperCase() === name);
    if (!site) {
      const known = inventory.sites.map((candidate) => candidate.name).join(', ') || 'none';
      refusals.push(notice('unknown-site', `${field}.site`, `there is no site ${target.site}`, `sites: ${known}`));
    } else if (seen.has(name)) {
      refusals.push(
        notice('source-twice', `${field}.site`, `${name} is a target twice`, 'name all its ports in one target'),
      );
    } else {
      seen.add(name);
      const plan = planTarget(site, intent, index, inventory.timing, refusals, warnings);
      if (plan) sites.push(plan);
    }
  }
  if (intent.parameters.mode === 'single_user') refuseLooseSingleUser(intent, refusals);
  for (const plan of sites) checkBudgets(plan, intent, refusals, warnings);
  return refusals.length > 0 ? { ok: false, refusals, warnings } : { ok: true, plan: { sites, warnings } };
}

type Target = Intent['targets'][number];

function planTarget(
  site: SiteInventory,
  intent: Intent,
  index: number,
  timing: SiteBasis['timing'],
  refusals: Notice[],
  warnings: Notice[],
): SitePlan | undefined {
  const target = intent.targets[index]!;
  const field = `targets.${index}`;
  const before = refusals.length;
  const ports = settlePorts(site, target, intent, field, refusals);
  if (ports.length === 0 && refusals.length === before) {
    refusals.push(
      notice(
        'no-ports',
        `${field}.ports`,
        `${site.name} has no port to mirror${intent.parameters.onlyUpstream ? ' that is an uplink' : ''}`,
        'name ports, or set onlyUpstream to false',
      ),
    );
  }
  const nics = stockOf(site);
  const basis: SiteBasis = {
    site: site.name.toUpperCase(),
    sliceName: intent.sliceName ?? `Traffic Listening Demo ${site.name.toUpperCase()}`,
    mode: intent.parameters.mode,
    sharedMemory: intent.sharedMemory,
    parameters: intent.parameters,
    ports,
    nics,
    maxNicPorts: target.maxNicPorts ?? Number.MAX_SAFE_INTEGER,
    rotationInterval: intent.rotationInterval,
    seed: intent.seed,
    meanFrameBytes: intent.meanFrameBytes,
    listener: intent.listener,
    timing,
  };
  if (nics.length === 0) {
    refusals.push(
      notice(
        'no-nics',
        `inventory.${site.name}.nics`,
        `${site.name} has no free dedicated NIC`,
        'wait until one is free, or choose another site',
      ),
    );
  }
  if (refusals.length > before) return undefined;

  const nicCount = Math.min(nicsWanted(basis), nics.length);
  refuseHosts(site, intent, nicCount, refusals);
  refuseDestinations(ports, nicCount, field, refusals);
  if (refusals.length > before) return undefined;
  const plan = layOutSite(basis, nicCount);
  const nicPorts = plan.slots[0]?.mirrors.length ?? 0;
  if (ports.length > nicPorts && !intent.rotate) {
    refusals.push(
      notice(
        'too-many-ports',
        `${field}.ports`,
        `${ports.length} ports, but ${site.name} can take ${nicPorts} at a time`,
        'allow rotation, or name fewer ports',
      ),
    );
    return undefined;
  }
  warnSlowDestinations(plan, field, warnings);
  return plan;
}

function settlePorts(
  site: SiteInventory,
  target: Target,
  intent: Intent,
  field: string,
  refusals: Notice[],
): PlannedPort[] {
  const known = new Map(site.ports.map((port) => [port.name, port]));
  const chosen: NonNullable<Target['ports']> =
    target.ports ??
    site.ports.filter((port) => mayBeChosen(port, intent.parameters.onlyUpstream)).map(({ name }) => ({ port: name }));
  const seen = new Set<string>();
  const settled: Omit<PlannedPort, 'weight'>[] = [];
  const weights = new Map<string, number>();
  for (const [index, choice] of chosen.entries()) {
    const at = `${field}.ports.${index}`;
    const port = known.get(choice.port);
    const bare = choice.port.split('.')[0]!;
    if (bare !== choice.port) {
      refusals.push(
        notice('vlan-suffix', at, `${choice.port} names a VLAN of a port; a switch mirrors whole ports`, `use ${bare}`),
      );
    } else if (!port) {
      const names = site.ports.map(({ name }) => name);
      refusals.push(
        notice(
          'unknown-port',
          at,
          `${site.name} has no port ${choice.port}`,
          `its ports: ${names.slice(0, 20).join(', ') || 'none'}${names.length > 20 ? ', …' : ''}`,
        ),
      );
    } else if (seen.has(port.name)) {
      refusals.push(
        notice(
          'source-twice',
          at,
          `${port.name} is mirrored twice; a switch port is the source of one session`,
          'name it once, with direction both',
        ),
      );
    } else if (port.mirroredBy !== undefined) {
      refusals.push(
        notice(
          'source-in-use',
          at,
          `${port.name} is already the source of session ${port.mirroredBy}`,
          'wait until that session ends, or choose another port',
        ),
      );
    } else {
      seen.add(port.name);
      if ('weight' in choice && choice.weight !== undefined) weights.set(port.name, choice.weight);
      const direction = ('direction' in choice ? choice.direction : undefined) ?? target.direction;
      const load: MirrorLoad = {
        direction,
        rateBytesPerSecond: port.rateBytesPerSecond,
        loadBytesPerSecond: port.loadBytesPerSecond,
      };
      settled.push({
        name: port.name,
        direction,
        rateBytesPerSecond: port.rateBytesPerSecond,
        loadBytesPerSecond: mirroredLoadBytesPerSecond(load, intent.expectedLoad),
        ...('to' in choice && choice.to !== undefined ? { to: choice.to } : {}),
      });
    }
  }
  return settled
    .sort((a, b) => b.loadBytesPerSecond - a.loadBytesPerSecond)
    .map((port, rank) => ({ ...port, weight: weights.get(port.name) ?? rankWeight(rank) }));
}

// Of a site's own accord only what is free and, where asked, leads elsewhere.
function mayBeChosen(port: SwitchPort, onlyUpstream: boolean): boolean {
  return port.mirroredBy === undefined && !port.name.includes('.') && (!onlyUpstream || port.uplink);
}

// Faster NICs first; of equal ones the newer model, by its name.
function stockOf(site: SiteInventory): PlannedNic[] {
  return [...site.nics]
    .sort((a, b) => b.rateBytesPerSecond - a.rateBytesPerSecond || b.model.localeCompare(a.model, 'en'))
    .flatMap(({ model, available, rateBytesPerSecond }) =>
      Array.from({ length: available }, () => ({ model, rateBytesPerSecond })),
    );
}

function refuseHosts(site: SiteInventory, intent: Intent, nicCount: number, refusals: Notice[]): void {
  const { cores, ramGiB, diskGiB } = intent.listener;
  const short = (
    [
      ['cores', cores * nicCount, site.cores],
      ['ramGiB', ramGiB * nicCount, site.ramGiB],
      ['diskGiB', diskGiB * nicCount, site.diskGiB],
    ] as const
  ).filter(([, wanted, available]) => wanted > available);
  for (const [resource, wanted, available] of short) {
    refusals.push(
      notice(
        'no-host',
        `listener.${resource}`,
        `${nicCount} listener${nicCount > 1 ? 's' : ''} want ${wanted} ${resource}, ${site.name} has ${available}`,
        'ask for less per listener, or lower maxNicPorts',
      ),
    );
  }
}

function refuseDestinations(ports: readonly PlannedPort[], nicCount: number, field: string, refusals: Notice[]): void {
  const taken = new Map<string, string>();
  for (const { name, to } of ports) {
    if (to === undefined) continue;
    const other = taken.get(to);
    if (other !== undefined) {
      refusals.push(
        notice(
          'destination-twice',
          `${field}.ports`,
          `${to} is the destination of both ${other} and ${name}; a NIC port takes one session`,
          'give each a destination of its own, or leave it out',
        ),
      );
    } else if (Number(/\d+/.exec(to)![0]) >= nicCount) {
      refusals.push(
        notice(
          'unknown-destination',
          `${field}.ports`,
          `${name} goes to ${to}, but there ${nicCount === 1 ? 'is 1 listener' : `are ${nicCount} listeners`}`,
          `listeners are node0 … node${nicCount - 1}`,
        ),
      );
    }
    taken.set(to, name);
  }
}

function warnSlowDestinations({ basis, listeners, slots }: SitePlan, field: string, warnings: Notice[]): void {
  const slow = new Map<string, string>();
  for (const mirror of slots.flatMap(({ mirrors }) => mirrors)) {
    const port = basis.ports.find(({ name }) => name === mirror.source)!;
    const { nic } = listeners.find(({ name }) => name === mirror.listener)!;
    const mirroredBytesPerSecond = port.rateBytesPerSecond * (port.direction === 'both' ? 2 : 1);
    if (mirroredBytesPerSecond <= nic.rateBytesPerSecond) continue;
    const rates = `${formatRate(mirroredBytesPerSecond)} (${port.direction}) into ${formatRate(nic.rateBytesPerSecond)}`;
    slow.set(port.name, `${port.name} ${rates}`);
  }
  if (slow.size === 0) return;
  warnings.push(
    notice(
      'destination-too-slow',
      `${field}.ports`,
      `more can be mirrored at ${basis.site} than the NIC port takes: ${[...slow.values()].join(', ')}`,
      'frames beyond that are lost at the switch and will be counted as such; mirror one direction, or use a faster NIC',
    ),
  );
}

function refuseLooseSingleUser(intent: Intent, refusals: Notice[]): void {
  const ports = intent.targets.flatMap((target) => target.ports ?? []);
  if (intent.targets.length !== 1 || ports.length !== 1) {
    refusals.push(
      notice(
        'single-user-needs-one-port',
        'targets',
        'single_user mirrors exactly one port',
        'name one site and one port',
      ),
    );
  }
  if (intent.sliceName === undefined) {
    refusals.push(
      notice('single-user-needs-slice', 'sliceName', 'single_user adds to a slice of yours', 'name that slice'),
    );
  }
}

function checkBudgets(plan: SitePlan, intent: Intent, refusals: Notice[], warnings: Notice[]): void {
  const { site, disk, time, neverSampled, listeners } = plan;
  if (neverSampled.length > 0) {
    warnings.push(
      notice(
        'never-sampled',
        'parameters.experimentRetries',
        `the campaign at ${site} ends before these ports had a turn: ${neverSampled.join(', ')}`,
        'raise experimentRetries, or lower rotationInterval',
      ),
    );
  }
  for (const { name, diskGiB } of listeners) {
    const bytes = disk.bytesPerListener[name]!;
    if (bytes <= diskGiB * 2 ** 30) continue;
    refusals.push(
      notice(
        'disk-too-small',
        'listener.diskGiB',
        `${name} would fill ${formatSize(bytes)}, its disk has ${diskGiB} GiB`,
        'lower snaplen, listenTime or experimentRetries, narrow the filter, or ask for more disk',
      ),
    );
  }
  const outlives = (leftS: number): string =>
    `the campaign at ${site} takes ${formatDuration(time.totalS * 1e6)}, ${formatDuration(leftS * 1e6)} are left`;
  if (intent.leaseS !== undefined && intent.leaseS < time.totalS) {
    refusals.push(notice('lease-too-short', 'leaseS', outlives(intent.leaseS), 'extend the lease first'));
  }
  if (intent.tokenS !== undefined && !intent.tokenRefreshable && intent.tokenS < time.totalS) {
    refusals.push(
      notice('token-too-short', 'tokenS', outlives(intent.tokenS), 'take a longer token, or one with a refresh token'),
    );
  }
}
