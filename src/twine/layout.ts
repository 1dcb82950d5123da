import { diskBudget, timeBudget } from './budget.js';
import type { MirrorDirection } from './intent.js';
import { scheduleRotation } from './schedule.js';
import type { Listener, Mirror, NicPortName, PlannedPort, SiteBasis, SitePlan, Slot, Window } from './site-plan.js';

/** Lays the campaign of one site out on its first `nicCount` NICs (at least one). Pure. */
export function layOutSite(basis: SiteBasis, nicCount: number): SitePlan {
  const listeners = Array.from({ length: nicCount }, (_, index) => listenerOf(basis, index, nicCount));
  const cyclesPerSlot = cyclesBetweenRotations(basis, nicCount);
  const slots = slotsOf(basis, listeners, Math.ceil(basis.parameters.experimentRetries / cyclesPerSlot));
  const windows = windowsOf(basis, cyclesPerSlot);
  const sampled = new Set(slots.flatMap(({ mirrors }) => mirrors.map(({ source }) => source)));
  const disk = diskBudget(basis, listeners, slots, windows);
  return {
    basis,
    site: basis.site,
    nicCount,
    listeners,
    slots,
    windows,
    neverSampled: basis.ports.map(({ name }) => name).filter((name) => !sampled.has(name)),
    time: timeBudget(basis, windows, slots.length, disk),
    disk,
  };
}

/** The same campaign with one NIC less, or undefined when there is none to spare. */
export function shrinkSite(plan: SitePlan): SitePlan | undefined {
  const pinned = plan.basis.ports.map(({ to }) => (to ? Number(/\d+/.exec(to)![0]) + 1 : 0));
  const fewer = plan.nicCount - 1;
  return fewer < 1 || Math.max(0, ...pinned) > fewer ? undefined : layOutSite(plan.basis, fewer);
}

/**
 * The same campaign as the run `runId` carries it out: whatever it makes has that id in its name, so that
 * no run takes another's things for its own. A user's slice keeps its name.
 */
export function planOfRun({ basis, nicCount }: SitePlan, runId: string): SitePlan {
  const own = { ...basis, runId };
  return layOutSite({ ...own, sliceName: sliceOfRun(own) }, nicCount);
}

/** What is known of a port before it is mirrored. Bytes per second. */
export interface MirrorLoad {
  readonly direction: MirrorDirection;
  readonly rateBytesPerSecond: number;
  readonly loadBytesPerSecond?: number | undefined;
}

/** Bytes per second a mirror of that port is expected to carry: as measured, else a share of its speed. */
export function mirroredLoadBytesPerSecond(
  { direction, rateBytesPerSecond, loadBytesPerSecond }: MirrorLoad,
  expectedLoad: number,
): number {
  const bothWays = loadBytesPerSecond ?? 2 * rateBytesPerSecond * expectedLoad;
  return direction === 'both' ? bothWays : bothWays / 2;
}

/** How many NICs the ports ask for. */
export function nicsWanted(basis: Pick<SiteBasis, 'ports' | 'maxNicPorts'>): number {
  return Math.ceil(Math.min(basis.ports.length, basis.maxNicPorts) / 2);
}

function named({ runId }: SiteBasis, name: string): string {
  return runId === undefined ? name : `${name}_${runId}`;
}

function sliceOfRun({ mode, sliceName, runId }: SiteBasis): string {
  switch (mode) {
    case 'operator':
      return `${sliceName} ${runId}`;
    case 'single_user':
      return sliceName;
  }
}

function listenerOf(basis: SiteBasis, index: number, count: number): Listener {
  const nic = basis.nics[index]!;
  const label = `${basis.site}_node${index}`;
  return {
    name: named(basis, `Twine_${label}`),
    label,
    site: basis.site,
    image: 'default_ubuntu_22',
    ...basis.listener,
    nic: { name: `pmnic_${count - index}`, ...nic },
    nicPorts: places(basis, count).flatMap(([listener, port]) => (listener === index ? [port] : [])),
  };
}

// First ports first, over all NICs, so that few mirrors are spread over many listeners.
function places(basis: SiteBasis, nicCount: number): (readonly [number, NicPortName])[] {
  const all = (['p1', 'p2'] as const).flatMap((port) =>
    Array.from({ length: nicCount }, (_, listener) => [listener, port] as const),
  );
  const pinned = all.filter(([listener, port]) => basis.ports.some(({ to }) => to === `node${listener}.${port}`));
  const free = all.filter((place) => !pinned.includes(place));
  const wanted = Math.min(basis.ports.length, basis.maxNicPorts, all.length);
  return [...pinned, ...free].slice(0, Math.max(wanted, pinned.length));
}

function cyclesBetweenRotations(basis: SiteBasis, nicCount: number): number {
  const { experimentRetries, waitInterval, listenTime, maxIterPerRetry } = basis.parameters;
  if (basis.ports.length <= places(basis, nicCount).length) return experimentRetries;
  return Math.max(1, Math.floor(basis.rotationInterval / (listenTime * maxIterPerRetry + waitInterval)));
}

function slotsOf(basis: SiteBasis, listeners: readonly Listener[], count: number): Slot[] {
  const seats = places(basis, listeners.length);
  const pinnedTo = (port: PlannedPort): number =>
    seats.findIndex(([listener, nicPort]) => port.to === `node${listener}.${nicPort}`);
  const turning = basis.ports.filter(({ to }) => to === undefined);
  const pinned = basis.ports.filter(({ to }) => to !== undefined);
  const freeSeats = seats.map((_, seat) => seat).filter((seat) => !pinned.some((port) => pinnedTo(port) === seat));
  const schedule = scheduleRotation(turning, freeSeats.length, count, basis.seed);

  let serial = 0;
  let previous = new Map<number, Mirror>();
  return schedule.map((chosen, index) => {
    const seated = new Map(pinned.map((port) => [pinnedTo(port), port]));
    for (const [place, portIndex] of chosen.entries()) {
      if (portIndex >= 0) seated.set(freeSeats[place]!, turning[portIndex]!);
    }
    const mirrors = new Map<number, Mirror>();
    for (const [seat, port] of [...seated].sort(([a], [b]) => a - b)) {
      const kept = previous.get(seat);
      const [listener, nicPort] = seats[seat]!;
      const { name, label } = listeners[listener]!;
      // A new mirror has a new name each time, as a changed service needs on FABRIC.
      mirrors.set(
        seat,
        kept?.source === port.name
          ? kept
          : {
              name: named(basis, `${basis.site}_${label}_pmservice${serial++}`),
              source: port.name,
              direction: port.direction,
              listener: name,
              nicPort,
            },
      );
    }
    previous = mirrors;
    return { index, mirrors: [...mirrors.values()] };
  });
}

function windowsOf({ parameters, timing }: SiteBasis, cyclesPerSlot: number): Window[] {
  const { experimentRetries, waitInterval, listenTime, maxIterPerRetry } = parameters;
  const windows: Window[] = [];
  let startS = 0;
  for (let cycle = 0; cycle < experimentRetries; cycle += 1) {
    const slot = Math.floor(cycle / cyclesPerSlot);
    if (cycle > 0) startS += Math.max(waitInterval, cycle % cyclesPerSlot === 0 ? timing.rotationS : 0);
    for (let iteration = 1; iteration <= maxIterPerRetry; iteration += 1) {
      windows.push({ index: windows.length, slot, cycle, iteration, startS, durationS: listenTime });
      startS += listenTime;
    }
  }
  return windows;
}
