import type { Intent } from './intent.js';
import type { SiteInventory, SwitchPort } from './inventory.js';
import { type MirrorLoad, mirroredLoadBytesPerSecond } from './layout.js';
import type { Notices } from './notice.js';
import { rankWeight } from './schedule.js';
import type { PlannedPort } from './site-plan.js';

type Target = Intent['targets'][number];

/** The switch ports a target names, or all that may be chosen, busiest first. Refuses those that cannot be mirrored. */
export function choosePorts(site: SiteInventory, intent: Intent, targetIndex: number, notices: Notices): PlannedPort[] {
  const target = intent.targets[targetIndex]!;
  const known = new Map(site.ports.map((port) => [port.name, port]));
  const chosen: NonNullable<Target['ports']> =
    target.ports ??
    site.ports.filter((port) => mayBeChosen(port, intent.parameters.onlyUpstream)).map(({ name }) => ({ port: name }));
  const seen = new Set<string>();
  const settled: Omit<PlannedPort, 'weight'>[] = [];
  const weights = new Map<string, number>();
  for (const [index, choice] of chosen.entries()) {
    const at = `targets.${targetIndex}.ports.${index}`;
    const port = known.get(choice.port);
    const bare = choice.port.split('.')[0]!;
    if (bare !== choice.port) {
      notices.refuse(
        'vlan-suffix',
        at,
        `${choice.port} names a VLAN of a port; a switch mirrors whole ports`,
        `use ${bare}`,
      );
    } else if (!port) {
      const names = site.ports.map(({ name }) => name);
      notices.refuse(
        'unknown-port',
        at,
        `${site.name} has no port ${choice.port}`,
        `its ports: ${names.slice(0, 20).join(', ') || 'none'}${names.length > 20 ? ', …' : ''}`,
      );
    } else if (seen.has(port.name)) {
      notices.refuse(
        'source-twice',
        at,
        `${port.name} is mirrored twice; a switch port is the source of one session`,
        'name it once, with direction both',
      );
    } else if (port.mirroredBy !== undefined) {
      notices.refuse(
        'source-in-use',
        at,
        `${port.name} is already the source of session ${port.mirroredBy}`,
        'wait until that session ends, or choose another port',
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
