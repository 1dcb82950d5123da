import { keyFault } from './account-checks.js';
import type { Finding } from './finding.js';
import { type PropertyGraph, textOf } from './graph/index.js';
import { Refused, readSliver, SliceGraph, validateSlice } from './model/index.js';
import { type PolicyRequest, policyDenials } from './policy.js';
import type { TokenClaims } from './stand-in/index.js';
import { resourcesOf } from './stand-in/index.js';
import { NIC_MODELS, SWITCH_PORT } from './topology/index.js';

/** What is known before a campaign, without asking anybody. */
export interface PreflightInput {
  readonly graph: PropertyGraph;
  readonly claims: TokenClaims;
  /** When the token ends, and whether it can be refreshed; `undefined` where it does not say. */
  readonly tokenExpiresMs: number | undefined;
  readonly refreshable: boolean;
  readonly nowMs: number;
  /** When the campaign will have ended. */
  readonly untilMs: number;
  /** Public keys that go into the machines, a line each. */
  readonly sshKeys: readonly string[];
}

const HOUR_MS = 3_600_000;

/**
 * Looks for all that the orchestrator would refuse, and for what it accepts and fails on minutes later: a mirror of
 * a port with a VLAN, two mirrors on one port, a receiver at another site or too slow, names used twice.
 */
export function preflight(input: PreflightInput): readonly Finding[] {
  const findings: Finding[] = [];
  const error = (subject: string, message: string, hint: string) =>
    findings.push({ subject, severity: 'error', message, hint });
  const warn = (subject: string, message: string, hint: string) =>
    findings.push({ subject, severity: 'warning', message, hint });

  checkToken(input, error, warn);
  checkKeys(input, error);
  let graph = input.graph;
  try {
    graph = validateSlice(input.graph);
    checkPolicy(input, new SliceGraph(graph, 'respected'), error);
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    error('graph', `the orchestrator would refuse it: ${cause.message}`, 'mend the graph');
  }
  const slice = new SliceGraph(graph, 'ignored');
  checkNames(slice, error);
  checkMirrors(slice, error, warn);
  return findings;
}

type Tell = (subject: string, message: string, hint: string) => void;

function checkToken(
  { claims, tokenExpiresMs, refreshable, nowMs, untilMs }: PreflightInput,
  error: Tell,
  warn: Tell,
): void {
  if (claims.projects.length === 0) error('token', 'the token has no project', 'make a token for a project');
  if (tokenExpiresMs === undefined) {
    warn('token', 'the token does not say when it ends', 'make a new one');
    return;
  }
  if (tokenExpiresMs <= nowMs && !refreshable) error('token', 'the token has expired', 'make a new one');
  else if (tokenExpiresMs < untilMs && !refreshable) {
    error(
      'token',
      'the token ends before the campaign and cannot be refreshed',
      'make one that lasts, or a refreshable one',
    );
  } else if (tokenExpiresMs - nowMs < HOUR_MS / 2 && refreshable) {
    warn('token', 'the token ends within half an hour', 'it will be refreshed before the campaign begins');
  }
}

function checkKeys({ sshKeys }: PreflightInput, error: Tell): void {
  if (sshKeys.length === 0) error('key', 'no public key for the machines', 'name a sliver key');
  if (sshKeys.length > 10) error('key', `${sshKeys.length} keys; the orchestrator takes 10`, 'leave some out');
  for (const key of sshKeys) {
    const fault = keyFault(key);
    if (fault !== undefined) error('key', fault, 'use RSA of 3072 bits or more, or ECDSA');
  }
}

function checkPolicy({ claims, nowMs, untilMs }: PreflightInput, slice: SliceGraph, error: Tell): void {
  const lifetimeS = Math.max(0, Math.trunc((untilMs - nowMs) / 1000));
  const request = { action: 'create', lifetimeS, ...resourcesOf(slice) };
  for (const { tags, name } of claims.projects) {
    for (const text of policyDenials({ ...request, tags } satisfies PolicyRequest)) {
      error('policy', text, `ask for the tag in the portal${name === undefined ? '' : `, for ${name}`}`);
    }
  }
}

function checkNames(slice: SliceGraph, error: Tell): void {
  for (const nodeClass of ['NetworkNode', 'NetworkService'] as const) {
    const seen = new Set<string>();
    for (const { properties } of slice.of(nodeClass)) {
      const name = textOf(properties, 'Name') ?? '';
      if (seen.has(name))
        error('name', `two of the name ${name}`, 'the orchestrator takes it and knows one of them only');
      seen.add(name);
    }
  }
}

function checkMirrors(slice: SliceGraph, error: Tell, warn: Tell): void {
  const sources = new Set<string>();
  for (const service of slice.of('NetworkService')) {
    const mirror = readSliver('service', service.properties);
    if (mirror.type !== 'PortMirror') continue;
    const port = mirror.mirrorPort ?? '';
    if (!SWITCH_PORT.test(port)) {
      error(
        'mirror',
        `${mirror.name}: ${port || 'nothing'} is no switch port`,
        'a name such as HundredGigE0/0/0/5, no VLAN',
      );
    }
    const [receiver] = slice.neighbours(service, 'connects', 'ConnectionPoint').flatMap((each) => slice.peersOf(each));
    const owner = receiver === undefined ? undefined : ownerOf(slice, receiver);
    // A mirror without a site gets that of its receiver.
    const site = mirror.site ?? owner?.site;
    if (sources.has(`${site} ${port}`)) {
      error('mirror', `${mirror.name}: ${port} is mirrored twice`, 'one mirror a port, also among slices');
    }
    sources.add(`${site} ${port}`);
    if (owner === undefined) continue;
    if (owner.site !== site) {
      error('mirror', `${mirror.name}: the receiver is at ${owner.site}, the port at ${site}`, 'both at one site');
    }
    const nic = NIC_MODELS.find(({ model }) => model === owner.model);
    if (nic === undefined) {
      error('nic', `${mirror.name}: ${owner.model} cannot receive a mirror`, 'a dedicated NIC');
    } else if (mirror.mirrorDirection === 'Both' && port.startsWith('HundredGigE') && nic.rateGbps < 200) {
      const needed = 'both directions of a 100 Gbit/s port can be 200 Gbit/s';
      warn(
        'nic',
        `${mirror.name}: ${needed}, the receiver takes ${nic.rateGbps}`,
        'mirror one direction, or expect loss',
      );
    }
  }
}

/** The site and the NIC's model a port belongs to. */
function ownerOf(slice: SliceGraph, port: Parameters<SliceGraph['peersOf']>[0]) {
  const service = slice.parentOf(port, 'connects', 'NetworkService');
  const component = service && slice.parentOf(service, 'has', 'Component');
  const node = component && slice.parentOf(component, 'has', 'NetworkNode');
  if (node === undefined || component === undefined) return undefined;
  return { site: textOf(node.properties, 'Site'), model: textOf(component.properties, 'Model') };
}
