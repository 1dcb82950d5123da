import { type IntentInput, type InventoryInput, planCampaign, type SitePlan } from '../../src/twine/index.js';

/** A site with `ports` switch ports, busiest first, and `nics` dedicated NICs. */
export function inventoryOf(ports: number, nics: number, site = 'INDI'): InventoryInput {
  return {
    sites: [
      {
        name: site,
        nics: [{ model: 'ConnectX_6', available: nics }],
        ports: Array.from({ length: ports }, (_, index) => ({
          name: `HundredGigE0/0/0/${index}`,
          loadBps: 1000 * (ports - index),
        })),
      },
    ],
    timing: { setupS: 3, rotationS: 1 },
  };
}

/** The plan of the only site, which must not be refused. */
export function planOf(inventory: InventoryInput, intent: IntentInput): SitePlan {
  const result = planCampaign(inventory, intent);
  if (!result.ok) throw new Error(JSON.stringify(result.refusals));
  return result.plan.sites[0]!;
}
