import { formatDuration, formatRate, formatSize } from '../base/index.js';
import type { Intent } from './intent.js';
import type { SiteInventory } from './inventory.js';
import type { Notices } from './notice.js';
import type { PlannedPort, SitePlan } from './site-plan.js';

// What a plan is held against, each check by itself.

export function refuseHosts(site: SiteInventory, intent: Intent, nicCount: number, notices: Notices): void {
  const { cores, ramGiB, diskGiB } = intent.listener;
  const short = (
    [
      ['cores', cores * nicCount, site.cores],
      ['ramGiB', ramGiB * nicCount, site.ramGiB],
      ['diskGiB', diskGiB * nicCount, site.diskGiB],
    ] as const
  ).filter(([, wanted, available]) => wanted > available);
  for (const [resource, wanted, available] of short) {
    notices.refuse(
      'no-host',
      `listener.${resource}`,
      `${nicCount === 1 ? '1 listener wants' : `${nicCount} listeners want`} ${wanted} ${resource}, ${site.name} has ${available}`,
      'ask for less per listener, or lower maxNicPorts',
    );
  }
}

export function refuseDestinations(
  ports: readonly PlannedPort[],
  nicCount: number,
  field: string,
  notices: Notices,
): void {
  const taken = new Map<string, string>();
  for (const { name, to } of ports) {
    if (to === undefined) continue;
    const other = taken.get(to);
    if (other !== undefined) {
      notices.refuse(
        'destination-twice',
        `${field}.ports`,
        `${to} is the destination of both ${other} and ${name}; a NIC port takes one session`,
        'give each a destination of its own, or leave it out',
      );
    } else if (Number(/\d+/.exec(to)![0]) >= nicCount) {
      notices.refuse(
        'unknown-destination',
        `${field}.ports`,
        `${name} goes to ${to}, but there ${nicCount === 1 ? 'is 1 listener' : `are ${nicCount} listeners`}`,
        `listeners are node0 … node${nicCount - 1}`,
      );
    }
    taken.set(to, name);
  }
}

export function warnSlowDestinations({ basis, listeners, slots }: SitePlan, field: string, notices: Notices): void {
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
  notices.warn(
    'destination-too-slow',
    `${field}.ports`,
    `more can be mirrored at ${basis.site} than the NIC port takes: ${[...slow.values()].join(', ')}`,
    'frames beyond that are lost at the switch and will be counted as such; mirror one direction, or use a faster NIC',
  );
}

export function refuseLooseSingleUser(intent: Intent, notices: Notices): void {
  const ports = intent.targets.flatMap((target) => target.ports ?? []);
  if (intent.targets.length !== 1 || ports.length !== 1) {
    notices.refuse(
      'single-user-needs-one-port',
      'targets',
      'single_user mirrors exactly one port',
      'name one site and one port',
    );
  }
  if (intent.sliceName === undefined) {
    notices.refuse('single-user-needs-slice', 'sliceName', 'single_user adds to a slice of yours', 'name that slice');
  }
}

export function checkBudgets(plan: SitePlan, intent: Intent, notices: Notices): void {
  const { site, disk, time, neverSampled, listeners } = plan;
  if (neverSampled.length > 0) {
    notices.warn(
      'never-sampled',
      'parameters.experimentRetries',
      `the campaign at ${site} ends before these ports had a turn: ${neverSampled.join(', ')}`,
      'raise experimentRetries, or lower rotationInterval',
    );
  }
  for (const { name, diskGiB } of listeners) {
    const bytes = disk.bytesPerListener[name]!;
    if (bytes <= diskGiB * 2 ** 30) continue;
    notices.refuse(
      'disk-too-small',
      'listener.diskGiB',
      `${name} would fill ${formatSize(bytes)}, its disk has ${diskGiB} GiB`,
      'lower snaplen, listenTime or experimentRetries, narrow the filter, or ask for more disk',
    );
  }
  const outlives = (leftS: number): string =>
    `the campaign at ${site} takes ${formatDuration(time.totalS * 1e6)}, ${formatDuration(leftS * 1e6)} are left`;
  if (intent.leaseS !== undefined && intent.leaseS < time.totalS) {
    notices.refuse('lease-too-short', 'leaseS', outlives(intent.leaseS), 'extend the lease first');
  }
  if (intent.tokenS !== undefined && !intent.tokenRefreshable && intent.tokenS < time.totalS) {
    notices.refuse(
      'token-too-short',
      'tokenS',
      outlives(intent.tokenS),
      'take a longer token, or one with a refresh token',
    );
  }
}
