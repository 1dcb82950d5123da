import { textOf } from '../graph/index.js';
import type { SliceGraph } from '../model/index.js';
import { readSliver, type Sliver } from '../model/index.js';
import { bareRequest, type PolicyRequest, policyDenials } from '../policy.js';
import { Ended, type HttpRequest, header, problem, refusal, refuse } from './exchange.js';
import { shownNode } from './slivers.js';

/** A project of a token. */
export interface Project {
  readonly uuid: string;
  readonly name?: string;
  readonly tags: readonly string[];
}

/** What a token says, as far as the orchestrator looks. */
export interface TokenClaims {
  readonly sub?: string;
  readonly email?: string;
  readonly uuid: string;
  readonly projects: readonly Project[];
}

/**
 * Who is behind a token at a time: its claims, or why it is refused in the validator's words, such as
 * `ValidateCode.INVALID/Signature has expired`.
 */
export type TokenVerifier = (
  token: string,
  nowMs: number,
) => { readonly claims: TokenClaims } | { readonly refused: string };

/** The token of a request, which the layer in front of the orchestrator wants to see. */
export function bearerOf(request: HttpRequest, secured: boolean): string | undefined {
  const value = header(request, 'Authorization');
  if (!secured) return value?.replace('Bearer ', '');
  const fail = (detail: string) => {
    throw new Ended(problem(401, detail));
  };
  if (value === undefined) return fail('No authorization token provided');
  const [scheme, token] = value.trim().split(/\s+(.*)/s);
  if (token === undefined) return fail('Invalid authorization header');
  if (scheme!.toLowerCase() !== 'bearer') return fail('No authorization token provided');
  return value.replace('Bearer ', '');
}

/** The claims of a token that is valid now. */
export function validated(verify: TokenVerifier, token: string, nowMs: number): TokenClaims {
  const verdict = verify(token, nowMs);
  if ('claims' in verdict) return verdict.claims;
  return refuse(500, verdict.refused);
}

/** Lets a request through that the policy has nothing against, for every project of the token. */
export function authorized(claims: TokenClaims, request: (tags: readonly string[]) => PolicyRequest): TokenClaims {
  for (const project of claims.projects) {
    if (claims.email === undefined) refuse(500, 'No project found in fabric token');
    const [first] = policyDenials(request(project.tags));
    if (first !== undefined) refuse(500, `PDP Failure: PDP Authorization check failed - ${first}`);
  }
  if (claims.sub === undefined) throw new Ended(refusal(401, 'Invalid token'));
  return claims;
}

/** The same for what asks for no resources. */
export function authorizedTo(claims: TokenClaims, action: string, lifetimeS?: number): TokenClaims {
  return authorized(claims, (tags) => bareRequest(action, tags, lifetimeS));
}

/** Ports of switches the graph's own nodes hang on: mirroring those wants no tag. */
function ownPorts(slice: SliceGraph): Set<string> {
  const ports = new Set<string>();
  for (const node of slice.of('NetworkNode')) {
    for (const component of slice.neighbours(node, 'has', 'Component')) {
      for (const service of slice.neighbours(component, 'has', 'NetworkService')) {
        for (const port of slice.neighbours(service, 'connects', 'ConnectionPoint')) {
          const [peer] = slice.peersOf(port);
          const labels = peer === undefined ? undefined : readSliver('interface', peer.properties).labels;
          if (labels !== undefined) ports.add(String(labels['local_name']));
        }
      }
    }
  }
  return ports;
}

/** What a graph asks for, as the policy is told. */
export function resourcesOf(slice: SliceGraph): Omit<PolicyRequest, 'action' | 'tags' | 'lifetimeS'> {
  const nodes: Sliver[] = [];
  const components: string[] = [];
  const facilityPorts = new Set<string>();
  // Of nodes, components and services that share a name the last one is seen.
  const byName = new Map(slice.of('NetworkNode').map((node) => [textOf(node.properties, 'Name'), node]));
  for (const node of byName.values()) {
    const sliver = readSliver('node', node.properties);
    if (sliver.type === 'Facility') {
      facilityPorts.add(sliver.name);
      continue;
    }
    nodes.push(sliver);
    // Building it finds components without a type.
    shownNode(slice, node);
    const own = slice.neighbours(node, 'has', 'Component');
    for (const each of new Map(own.map((one) => [textOf(one.properties, 'Name'), one])).values()) {
      const component = readSliver('component', each.properties);
      components.push(`${component.type}_${component.model ?? 'None'}`.replaceAll('-', '_'));
    }
  }
  const named = new Map(slice.of('NetworkService').map((node) => [textOf(node.properties, 'Name'), node]));
  const services = [...named.values()].map((node) => readSliver('service', node.properties));
  const amount = (slivers: readonly Sliver[], name: string) =>
    slivers.flatMap(({ capacities }) => (capacities === undefined ? [] : [Number(capacities[name] ?? 0)]));
  const sitesOf = (type: string) => services.filter((each) => each.type === type).map((each) => each.site ?? '');
  return {
    cores: amount(nodes, 'core'),
    ramGb: amount(nodes, 'ram'),
    diskGb: amount(nodes, 'disk'),
    sites: [...nodes, ...services].flatMap(({ site }) => (site ? [site] : [])),
    components,
    bandwidthGbps: amount(services, 'bw'),
    hasSwitch: nodes.some(({ type }) => type === 'Switch'),
    mirrorSites: mirrorSites(services, ownPorts(slice)),
    externalIpv4Sites: sitesOf('FABNetv4Ext'),
    externalIpv6Sites: sitesOf('FABNetv6Ext'),
    facilityPorts: [...facilityPorts],
  };
}

// As FIM counts: a site once, and a mirror of an own port takes the last site away again.
function mirrorSites(services: readonly Sliver[], own: ReadonlySet<string>): string[] {
  const sites: string[] = [];
  for (const { type, site, mirrorPort } of services) {
    if (type !== 'PortMirror') continue;
    const name = site || 'UNKNOWN-SITE';
    if (!sites.includes(name)) sites.push(name);
    if (mirrorPort !== undefined && own.has(mirrorPort)) sites.pop();
  }
  return sites;
}
