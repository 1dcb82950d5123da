import { type GraphNode, type PropertyGraph, textOf } from '../graph/index.js';
import { SliceGraph } from '../model/index.js';
import { dumps } from '../python/index.js';
import { editFailure } from './draft.js';
import { addListener, type ListenerSpec, removeListener } from './listener.js';
import { addMirror, type MirrorSpec, removeMirror } from './mirror.js';
import { addNetwork, type NetworkSpec } from './network.js';

/** What a run wants of a slice: names of its own that are to go, and what is to be there afterwards. */
export interface CampaignEdit {
  /** The run's id, which is kept with whatever it adds. */
  readonly run: string;
  readonly remove: { readonly listeners: readonly string[]; readonly mirrors: readonly string[] };
  readonly add: {
    readonly listeners: readonly ListenerSpec[];
    readonly mirrors: readonly MirrorSpec[];
    /** Networks that the run's listeners hang on; they go with the slice. */
    readonly networks?: readonly NetworkSpec[];
  };
}

/**
 * A slice's graph as a run wants it. What is there already, the run's own, as asked for and not failed, stays as it is,
 * so that a request whose answer was lost may be made again. What is not the run's own is never touched. Gives the very
 * graph that was given where nothing is to change.
 *
 * @throws MooringError ERROR.FABRIC_EDIT where a name to be added is another's, or an edit cannot be.
 */
export function editForCampaign(graph: PropertyGraph, edit: CampaignEdit, newId: () => string): PropertyGraph {
  const slice = new SliceGraph(graph, 'ignored');
  const { run, remove, add } = edit;
  const listener = (name: string) => named(slice, 'NetworkNode', name);
  const mirror = (name: string) => named(slice, 'NetworkService', name);
  const stays = (node: GraphNode | undefined, name: string, isSame: () => boolean): boolean => {
    if (node === undefined) return false;
    if (runOf(node) !== run) throw editFailure(name, 'the slice has one so named, and it is not ours');
    return !hasFailed(node) && isSame();
  };
  const keptListeners = add.listeners.filter(({ name, site }) => {
    const node = listener(name);
    return stays(node, name, () => textOf(node!.properties, 'Site') === site);
  });
  const kept = new Set(keptListeners.map(({ name }) => name));
  const keptMirrors = add.mirrors.filter((spec) => {
    const node = mirror(spec.name);
    return stays(node, spec.name, () => isMirror(slice, node!, spec));
  });
  for (const { name } of keptMirrors) kept.add(name);

  let next = graph;
  const own = (node: GraphNode | undefined): boolean => node !== undefined && runOf(node) === run;
  const going = (names: readonly string[], added: readonly { readonly name: string }[]): Set<string> =>
    new Set([...names, ...added.map(({ name }) => name)].filter((name) => !kept.has(name)));
  for (const name of going(remove.mirrors, add.mirrors)) if (own(mirror(name))) next = removeMirror(next, name);
  for (const name of going(remove.listeners, add.listeners)) if (own(listener(name))) next = removeListener(next, name);
  for (const spec of add.listeners) if (!kept.has(spec.name)) next = addListener(next, marked(spec, run), newId);
  for (const spec of add.networks ?? []) if (mirror(spec.name) === undefined) next = addNetwork(next, spec, newId);
  for (const spec of add.mirrors) if (!kept.has(spec.name)) next = addMirror(next, marked(spec, run), newId);
  return next;
}

/** The names of what a run has in a slice, be it there or on its way. */
export function heldByRun(graph: PropertyGraph, run: string): { listeners: string[]; mirrors: string[] } {
  const slice = new SliceGraph(graph, 'ignored');
  const names = (nodes: readonly GraphNode[]) =>
    nodes.filter((node) => runOf(node) === run).map(({ properties }) => textOf(properties, 'Name') ?? '');
  return { listeners: names(slice.of('NetworkNode')), mirrors: names(slice.of('NetworkService')) };
}

/** A listener's address and the MAC addresses of its dedicated ports `p1`, `p2`, as the testbed has given them. */
export interface ListenerPlace {
  readonly managementIp: string | undefined;
  readonly site: string;
  readonly image: string;
  readonly macs: Readonly<Record<string, string>>;
}

/** Where a run's listener is; `undefined` where the slice has none of that name that is the run's. */
export function placeOfListener(graph: PropertyGraph, name: string, run: string): ListenerPlace | undefined {
  const slice = new SliceGraph(graph, 'ignored');
  const node = named(slice, 'NetworkNode', name);
  if (node === undefined || runOf(node) !== run) return undefined;
  const macs: Record<string, string> = {};
  for (const port of portsOf(slice, node)) {
    const mac = jsonOf(port, 'LabelAllocations')['mac'];
    const end = /-(p\d+)$/.exec(textOf(port.properties, 'Name') ?? '')?.[1];
    if (typeof mac === 'string' && end !== undefined) macs[end] = mac.toLowerCase();
  }
  const managementIp = textOf(node.properties, 'MgmtIp');
  const site = textOf(node.properties, 'Site') ?? '';
  return { managementIp, site, image: textOf(node.properties, 'ImageRef') ?? '', macs };
}

/** The switch's port a NIC's port hangs on, known once a service has it; `undefined` where none has. */
export function switchPortOf(graph: PropertyGraph, port: string): string | undefined {
  const slice = new SliceGraph(graph, 'ignored');
  const own = slice.of('ConnectionPoint').find(({ properties }) => textOf(properties, 'Name') === port);
  for (const peer of own ? slice.peersOf(own) : []) {
    const name = jsonOf(peer, 'LabelAllocations')['local_name'] ?? jsonOf(peer, 'Labels')['local_name'];
    // A VLAN does not belong to a port's name.
    if (typeof name === 'string' && name !== '') return name.replace(/\.\d+$/, '');
  }
  return undefined;
}

/** Name of the dedicated port of a listener that {@link editForCampaign} has added. */
export function receiverOf(listener: string, port: string): string {
  return `${listener}-nic1-${port}`;
}

function portsOf(slice: SliceGraph, node: GraphNode): GraphNode[] {
  return slice
    .neighbours(node, 'has', 'Component')
    .flatMap((component) => slice.neighbours(component, 'has', 'NetworkService'))
    .flatMap((service) => slice.neighbours(service, 'connects', 'ConnectionPoint'));
}

function named(slice: SliceGraph, nodeClass: 'NetworkNode' | 'NetworkService', name: string): GraphNode | undefined {
  return slice.of(nodeClass).find((node) => textOf(node.properties, 'Name') === name);
}

function isMirror(slice: SliceGraph, node: GraphNode, { source, direction, receiver }: MirrorSpec): boolean {
  const receivers = slice.neighbours(node, 'connects', 'ConnectionPoint').flatMap((port) => slice.peersOf(port));
  return (
    textOf(node.properties, 'MirrorPort') === source &&
    textOf(node.properties, 'MirrorDirection') === direction &&
    receivers.some(({ properties }) => textOf(properties, 'Name') === receiver)
  );
}

const marked = <T>(spec: T, run: string): T & { readonly userData: string } => ({
  ...spec,
  userData: dumps({ mooring: { run } }),
});

function runOf(node: GraphNode): unknown {
  return (jsonOf(node, 'UserData')['mooring'] as { readonly run?: unknown } | undefined)?.run;
}

function hasFailed(node: GraphNode): boolean {
  return ['Failed', 'Closed'].includes(String(jsonOf(node, 'ReservationInfo')['reservation_state']));
}

// Another's properties may hold anything.
function jsonOf({ properties }: GraphNode, name: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(textOf(properties, name) ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
