import { choosePorts } from './choose-ports.js';
import { type Intent, type IntentInput, parseIntent } from './intent.js';
import { type Inventory, type InventoryInput, parseInventory, type SiteInventory } from './inventory.js';
import { layOutSite, nicsWanted } from './layout.js';
import { type Notice, Notices } from './notice.js';
import {
  checkBudgets,
  refuseDestinations,
  refuseHosts,
  refuseLooseSingleUser,
  warnSlowDestinations,
} from './plan-checks.js';
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
  const notices = new Notices();
  const sites: SitePlan[] = [];
  for (const [index, { site: given }] of intent.targets.entries()) {
    const field = `targets.${index}`;
    const site = siteNamed(inventory, given);
    if (!site) {
      const known = inventory.sites.map(({ name }) => name).join(', ') || 'none';
      notices.refuse('unknown-site', `${field}.site`, `there is no site ${given}`, `sites: ${known}`);
    } else if (intent.targets.slice(0, index).some((other) => siteNamed(inventory, other.site) === site)) {
      const mend = 'name all its ports in one target';
      notices.refuse('source-twice', `${field}.site`, `${site.name.toUpperCase()} is a target twice`, mend);
    } else {
      const own = new Notices();
      const plan = planTarget(site, inventory.timing, intent, index, own);
      notices.add(own);
      if (plan) sites.push(plan);
    }
  }
  if (intent.parameters.mode === 'single_user') refuseLooseSingleUser(intent, notices);
  for (const plan of sites) checkBudgets(plan, intent, notices);
  const { refusals, warnings } = notices;
  return notices.refused ? { ok: false, refusals, warnings } : { ok: true, plan: { sites, warnings } };
}

/** The plan of one target, or undefined once something speaks against it. */
function planTarget(
  site: SiteInventory,
  timing: SiteBasis['timing'],
  intent: Intent,
  index: number,
  notices: Notices,
): SitePlan | undefined {
  const field = `targets.${index}`;
  const ports = choosePorts(site, intent, index, notices);
  if (ports.length === 0 && !notices.refused) {
    const what = intent.parameters.onlyUpstream ? 'port to mirror that is an uplink' : 'port to mirror';
    const mend = 'name ports, or set onlyUpstream to false';
    notices.refuse('no-ports', `${field}.ports`, `${site.name} has no ${what}`, mend);
  }
  const basis = basisOf(site, timing, intent, index, ports);
  if (basis.nics.length === 0) {
    const mend = 'wait until one is free, or choose another site';
    notices.refuse('no-nics', `inventory.${site.name}.nics`, `${site.name} has no free dedicated NIC`, mend);
  }
  if (notices.refused) return undefined;

  const nicCount = Math.min(nicsWanted(basis), basis.nics.length);
  refuseHosts(site, intent, nicCount, notices);
  refuseDestinations(ports, nicCount, field, notices);
  if (notices.refused) return undefined;
  const plan = layOutSite(basis, nicCount);
  const nicPorts = plan.slots[0]?.mirrors.length ?? 0;
  if (ports.length > nicPorts && !intent.rotate) {
    const what = `${ports.length} ports, but ${site.name} can take ${nicPorts} at a time`;
    notices.refuse('too-many-ports', `${field}.ports`, what, 'allow rotation, or name fewer ports');
    return undefined;
  }
  warnSlowDestinations(plan, field, notices);
  return plan;
}

function basisOf(
  site: SiteInventory,
  timing: SiteBasis['timing'],
  intent: Intent,
  index: number,
  ports: readonly PlannedPort[],
): SiteBasis {
  const name = site.name.toUpperCase();
  return {
    site: name,
    sliceName: intent.sliceName ?? `Traffic Listening Demo ${name}`,
    mode: intent.parameters.mode,
    sharedMemory: intent.sharedMemory,
    parameters: intent.parameters,
    ports,
    nics: stockOf(site),
    maxNicPorts: intent.targets[index]!.maxNicPorts ?? Number.MAX_SAFE_INTEGER,
    rotationInterval: intent.rotationInterval,
    seed: intent.seed,
    meanFrameBytes: intent.meanFrameBytes,
    listener: intent.listener,
    timing,
  };
}

function siteNamed({ sites }: Inventory, name: string): SiteInventory | undefined {
  return sites.find((site) => site.name.toUpperCase() === name.toUpperCase());
}

// Faster NICs first; of equal ones the newer model, by its name.
function stockOf(site: SiteInventory): PlannedNic[] {
  return [...site.nics]
    .sort((a, b) => b.rateBytesPerSecond - a.rateBytesPerSecond || b.model.localeCompare(a.model, 'en'))
    .flatMap(({ model, available, rateBytesPerSecond }) =>
      Array.from({ length: available }, () => ({ model, rateBytesPerSecond })),
    );
}
