import {
  type CaptureRecord,
  type IntentInput,
  type InventoryInput,
  type Manifest,
  planCampaign,
  type SessionData,
  type SitePlan,
} from '../../src/twine/index.js';

/** A site with `ports` switch ports, busiest first, and `nics` dedicated NICs. */
export function inventoryOf(ports: number, nics: number, site = 'INDI'): InventoryInput {
  return {
    sites: [
      {
        name: site,
        nics: [{ model: 'ConnectX_6', available: nics }],
        ports: Array.from({ length: ports }, (_, index) => ({
          name: `HundredGigE0/0/0/${index}`,
          loadBytesPerSecond: 1000 * (ports - index),
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

/** The manifest of a run at INDI that has one capture, of the first switch port. */
export function manifestOf(
  session: SessionData,
  more: Partial<Manifest> = {},
  capture: Partial<CaptureRecord> = {},
): Manifest {
  return {
    format: 'mooring-twine',
    version: 2,
    site: 'INDI',
    run: 'all_packet_traces_2026-01-31_16-20-15',
    createdUs: 1,
    orchestrator: { pid: 1, startTicks: 0 },
    driver: { kind: 'netns', testbed: 'x' },
    captureMethod: 'tcpdump',
    session,
    events: [],
    captures: [
      {
        listener: 'Twine_INDI_node0',
        label: 'INDI_node0',
        nicPort: 'p1',
        interface: 'enp7s0',
        mirror: 'm',
        source: 'HundredGigE0/0/0/0',
        direction: 'both',
        window: 0,
        slot: 0,
        startUs: 1,
        endUs: 2,
        status: 'complete',
        files: ['packet_trace/enp7s0/pcap_x/x-1.pcap'],
        ...capture,
      },
    ],
    underway: [],
    held: { listeners: [], mirrors: [] },
    archives: [],
    leftovers: [],
    ...more,
  };
}
