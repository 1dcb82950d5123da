import {
  type CaptureCounters,
  type CaptureRecord,
  type Failure,
  type Listener,
  type Mirror,
  type MirrorCounters,
  type SitePlan,
  statesWithin,
  type UnderwayCapture,
} from '../../twine/index.js';
import { failureOf, type ListenerAccess, type TestbedRun } from '../testbed/index.js';
import type { CaptureEnd, CaptureMethod } from './capture-method.js';

/** What it takes to end captures. */
export interface Capturing {
  readonly plan: () => SitePlan;
  readonly testbed: TestbedRun;
  readonly method: CaptureMethod;
  readonly nowUs: () => number;
}

/** Why a capture ends: its window is over, it was stopped before that, or something went wrong. */
export type EndOfCapture = 'over' | 'stopped' | Failure;

/** Ends a capture, one of an earlier process included, and accounts for it. */
export async function finishCapture(
  { testbed, method, plan, nowUs }: Capturing,
  mirror: Mirror,
  capture: UnderwayCapture,
  why: EndOfCapture,
  access?: ListenerAccess,
): Promise<{ record: CaptureRecord; failure: Failure | undefined }> {
  let failure = typeof why === 'string' ? undefined : why;
  let end: CaptureEnd | undefined;
  let counters: CaptureCounters | undefined;
  try {
    await testbed.closeMirrors([mirror.name]);
  } catch (error) {
    failure ??= failureOf(error);
  }
  // Frames come until the mirror is closed.
  const endUs = nowUs();
  try {
    const there = access ?? (await testbed.listener(mirror.listener));
    end = await method.stop({ file: capture.file, logs: capture.logs, access: there }, capture.process);
    failure ??= end.failure;
  } catch (error) {
    failure ??= failureOf(error);
  }
  try {
    if (end) counters = countersOf(capture.base, await testbed.counters(mirror.name), end, plan());
  } catch (error) {
    failure ??= failureOf(error);
  }
  const states = testbed.mirrorStates?.(mirror.name);
  const reason = failure?.reason ?? (why === 'stopped' ? 'stopped before its window ended' : undefined);
  return {
    failure,
    record: {
      listener: mirror.listener,
      label: listenerOf(plan(), mirror).label,
      nicPort: mirror.nicPort,
      interface: capture.file.split('/')[1] ?? '',
      mirror: mirror.name,
      source: mirror.source,
      direction: mirror.direction,
      window: capture.window,
      slot: capture.slot,
      startUs: capture.startUs,
      endUs,
      status: reason === undefined ? 'complete' : 'partial',
      reason,
      files: [capture.file],
      counters,
      mirrorStates: states && statesWithin(states, capture.startUs, endUs),
      toolDroppedPackets: end?.ringDroppedPackets,
    },
  };
}

/** The listener a mirror leads to. */
export function listenerOf(plan: SitePlan, { listener }: Mirror): Listener {
  return plan.listeners.find(({ name }) => name === listener)!;
}

function countersOf(base: MirrorCounters, now: MirrorCounters, end: CaptureEnd, plan: SitePlan): CaptureCounters {
  const nicReceivedPackets = since(base.nicReceivedPackets, now.nicReceivedPackets);
  return {
    mirroredPackets: since(base.mirroredPackets, now.mirroredPackets),
    destinationDroppedPackets: since(base.destinationDroppedPackets, now.destinationDroppedPackets),
    nicReceivedPackets,
    ringDroppedPackets: end.ringDroppedPackets,
    filteredPackets: end.filteredPackets ?? filteredOf(nicReceivedPackets, end, plan),
    filePackets: end.filePackets,
  };
}

// Not every tool counts what its filter left out: then it is what remains.
function filteredOf(nicReceived: number | null, { ringDroppedPackets, filePackets }: CaptureEnd, plan: SitePlan) {
  if (plan.basis.parameters.tcpdumpFilter === 'all') return 0;
  if (nicReceived === null) return null;
  const rest = nicReceived - ringDroppedPackets - filePackets;
  // More in the file than came: the counter was lost with its listener and tells nothing.
  return rest < 0 ? null : rest;
}

function since(base: number | null, now: number | null): number | null {
  return base === null || now === null ? null : now - base;
}
