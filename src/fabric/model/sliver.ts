import { type Properties, textOf } from '../graph/index.js';
import { dumps, type Json, JsonDecodeError, loads, repr, typeName } from '../python/index.js';
import {
  CAPACITIES,
  CAPACITY_HINTS,
  capacitiesText,
  checkDelegations,
  type Fields,
  FLAGS,
  isMembers,
  LABELS,
  labelsText,
  RESERVATION_INFO,
  readFields,
  readJson,
  readTags,
  STRUCTURAL_INFO,
} from './fields.js';
import { readGateway } from './gateway.js';
import { isIpAddress } from './ip-address.js';
import { Refused } from './refused.js';
import {
  COMPONENT_TYPES,
  LAYERS,
  LINK_TYPES,
  MIRROR_DIRECTIONS,
  NODE_TYPES,
  PORT_TYPES,
  SERVICE_RULES,
} from './vocabulary.js';

export type SliverKind = 'node' | 'component' | 'service' | 'interface' | 'link';

const TYPES: Readonly<Record<SliverKind, readonly string[]>> = {
  node: NODE_TYPES,
  component: COMPONENT_TYPES,
  service: Object.keys(SERVICE_RULES),
  interface: PORT_TYPES,
  link: LINK_TYPES,
};

/** What names may be; the texts of FIM's patterns, for its messages. */
const NAME_PATTERNS: Readonly<Record<SliverKind, string>> = {
  node: '^[\\w\\-\\.]{2,255}$',
  component: '^[\\w\\-_\\.\\ ]{2,255}$',
  service: '^[\\w\\-_\\.]{2,255}$',
  interface: '^[\\w\\-+_/\\.\\ :]{1,255}$',
  link: '^[\\w\\-+_/\\.\\ :]{2,255}$',
};

/** A service, node, component or port as FIM understands the properties of one graph node. */
export interface Sliver {
  readonly kind: SliverKind;
  readonly nodeId: string | undefined;
  readonly name: string;
  /** `undefined` where the graph says none or one nobody knows. */
  readonly type: string | undefined;
  readonly site: string | undefined;
  readonly model: string | undefined;
  readonly capacities: Fields | undefined;
  readonly capacityHints: Fields | undefined;
  readonly labels: Fields | undefined;
  readonly labelAllocations: Fields | undefined;
  readonly reservationInfo: Fields | undefined;
  readonly mirrorPort: string | undefined;
  readonly mirrorDirection: string | undefined;
  /** The properties as FIM writes them back: what it does not know is gone, JSON is sorted. */
  readonly written: ReadonlyMap<string, string>;
  /** What FIM prints of it in its messages. */
  readonly text: string;
}

/** The longest boot script and blobs of JSON FIM takes, in characters. */
const MAX_BOOT_SCRIPT_CHARS = 1023;
const BLOBS = [
  ['MeasurementData', 'MeasurementDataError: invalid user data due to', 4096],
  ['UserData', 'UserDataError: invalid user data due to', 2048],
  ['LayoutData', 'LayoutDataError: invalid layout data due to', 1024],
] as const;

/**
 * Reads the properties of a graph node as a sliver of a kind, in the order FIM does, so that of several faults the
 * same one is told.
 *
 * @throws Refused with FIM's text.
 */
export function readSliver(kind: SliverKind, properties: Properties): Sliver {
  const get = (name: string) => textOf(properties, name);
  const written = new Map<string, string>();
  const put = (name: string, value: string | undefined) => {
    if (value !== undefined) written.set(name, value);
  };
  const fields = (name: string, kindOf: Parameters<typeof readFields>[0]) => {
    const read = readFields(kindOf, get(name));
    if (read !== undefined) written.set(name, jsonOf(read));
    return read;
  };

  const image = kind === 'node' ? get('ImageRef') : undefined;
  if (image !== undefined) checkImage(image);
  const type = TYPES[kind].find((each) => each === get('Type'));
  const capacities = fields('Capacities', CAPACITIES);
  const capacityHints = fields('CapacityHints', CAPACITY_HINTS);
  const labels = fields('Labels', LABELS);
  checkDelegations(get('CapacityDelegations'), 'capacities');
  checkDelegations(get('LabelDelegations'), 'labels');
  const capacityAllocations = fields('CapacityAllocations', CAPACITIES);
  const labelAllocations = fields('LabelAllocations', LABELS);
  const structural = fields('StructuralInfo', STRUCTURAL_INFO);
  const reservationInfo = fields('ReservationInfo', RESERVATION_INFO);
  const nodeMap = get('NodeMap') === undefined ? undefined : readJson(get('NodeMap')!);
  const stitchNode = get('StitchNode') === undefined ? false : readJson(get('StitchNode')!);
  const tags = readTags(get('Tags'));
  if (tags !== undefined) put('Tags', dumps(tags));
  const flags = readFields(FLAGS, get('Flags'));
  if (flags !== undefined) {
    put('Flags', dumps(Object.fromEntries(FLAGS.known.map((name) => [name, flags[name] ?? false]))));
  }
  for (const [name, error, maxChars] of BLOBS) put(name, readBlob(get(name), error, maxChars));

  const name = get('Name');
  checkName(kind, name);
  if (nodeMap !== undefined && nodeMap !== null) checkNodeMap(nodeMap);
  const boot = get('BootScript');
  if (boot !== undefined && boot.length > MAX_BOOT_SCRIPT_CHARS) throw new Refused('');

  put('Name', name);
  put('Type', type);
  put('Model', get('Model'));
  put('Details', get('Details'));
  put('BootScript', boot);
  if (nodeMap !== undefined && nodeMap !== null) put('NodeMap', dumps(nodeMap));
  put('StitchNode', dumps(stitchNode));
  const site = kind === 'node' || kind === 'service' ? get('Site') : undefined;
  put('Site', site);
  const printed = printedText({
    node_id: get('NodeID') === undefined || get('NodeID') === '' ? 'NONE' : get('NodeID'),
    boot_script: boot,
    capacities: capacities && capacitiesText(capacities),
    capacity_allocations: capacityAllocations && capacitiesText(capacityAllocations),
    capacity_hints: capacityHints && hintsText(capacityHints),
    details: get('Details'),
    ...(kind === 'node' ? readNode(get, put, image) : {}),
    ...(kind === 'service' ? readService(get, put) : {}),
    ...(kind === 'link' ? layerOf(get, put) : {}),
    label_allocations: labelAllocations && labelsText(labelAllocations),
    labels: labels && labelsText(labels),
    model: get('Model'),
    name,
    node_map: nodeMap === undefined || nodeMap === null ? undefined : mapText(nodeMap),
    reservation_info: reservationInfo && jsonOf(reservationInfo),
    site,
    structural_info: structural && jsonOf(structural),
    type,
    user_data: get('UserData'),
    flags: written.get('Flags'),
    ...(kind === 'interface' ? peerLabels(get, put) : {}),
  });
  return {
    kind,
    nodeId: get('NodeID'),
    name: name!,
    type,
    site,
    model: get('Model'),
    capacities,
    capacityHints,
    labels,
    labelAllocations,
    reservationInfo,
    mirrorPort: get('MirrorPort'),
    mirrorDirection: MIRROR_DIRECTIONS.find((each) => each === get('MirrorDirection')),
    written,
    text: printed,
  };
}

// What is empty has no JSON but an empty text.
function jsonOf(fields: Fields): string {
  return Object.keys(fields).length === 0 ? '' : dumps(fields);
}

function checkImage(image: string): void {
  const parts = image.split(',').length;
  if (parts === 1) throw new Refused('not enough values to unpack (expected 2, got 1)');
  if (parts > 2) throw new Refused('too many values to unpack (expected 2)');
}

function checkName(kind: SliverKind, name: string | undefined): void {
  if (name === undefined) throw new Refused("expected string or bytes-like object, got 'NoneType'");
  // Python's \w has the letters of every script, and its $ stands before a last line end.
  const pattern = NAME_PATTERNS[kind].replace('\\w', '\\p{L}\\p{N}_').replaceAll('\\ ', ' ').replace('$', '\\n?$');
  if (new RegExp(pattern.replace('\\-_', '_\\-').replace('\\-+_', '_+\\-'), 'u').test(name)) return;
  throw new Refused(`Sliver name ${name} doesn't match the expected regular expression ${NAME_PATTERNS[kind]}`);
}

function checkNodeMap(value: Json): void {
  if (!Array.isArray(value)) throw new Refused('');
}

function readBlob(text: string | undefined, error: string, maxChars: number): string | undefined {
  if (text === undefined) return undefined;
  const fault = (what: string) => new Refused(`JSONDataError: invalid JSON data due to ${error} ${what}`);
  if (text.length > maxChars) throw fault(`Data JSON string is too long (${text.length} > ${maxChars}B`);
  try {
    loads(text);
  } catch (cause) {
    if (cause instanceof JsonDecodeError) throw fault(`Unable to decode data ${text} as valid JSON `);
    throw cause;
  }
  return text;
}

type Get = (name: string) => string | undefined;
type Put = (name: string, value: string | undefined) => void;

function readNode(get: Get, put: Put, image: string | undefined): Record<string, string | undefined> {
  checkPlace(get('Location'));
  checkMaintenance(get('MaintenanceInfo'));
  const address = get('MgmtIp');
  if (address !== undefined && !isIpAddress(address)) {
    throw new Refused(`${repr(address)} does not appear to be an IPv4 or IPv6 address`);
  }
  put('ImageRef', image);
  put('MgmtIp', address);
  put('AllocationConstraints', get('AllocationConstraints'));
  put('ServiceEndpoint', get('ServiceEndpoint'));
  const [imageRef, imageType] = image?.split(',') ?? [];
  return { image_ref: imageRef, image_type: imageType, management_ip: address };
}

const MODULES = 'fim.slivers';

function checkPlace(text: string | undefined): void {
  const place = text ? readJson(text, String) : {};
  if (!isMembers(place)) {
    const what = `${MODULES}.capacities_labels.Location._set_fields()`;
    throw new Refused(`${what} argument after ** must be a mapping, not ${typeName(place)}`);
  }
  // Texts and floats; a whole number is none.
  for (const value of Object.values(place)) {
    if (typeof value !== 'string' && !(typeof value === 'number' && !Number.isFinite(value))) throw new Refused('');
  }
}

function checkMaintenance(text: string | undefined): void {
  const sites = text ? readJson(text) : {};
  if (!isMembers(sites)) throw new Refused(`'${typeName(sites)}' object has no attribute 'items'`);
  for (const entry of Object.values(sites)) {
    if (isMembers(entry)) continue;
    const what = `${MODULES}.maintenance_mode.MaintenanceEntry()`;
    throw new Refused(`${what} argument after ** must be a mapping, not ${typeName(entry)}`);
  }
}

function layerOf(get: Get, put: Put): Record<string, string | undefined> {
  const layer = LAYERS.find((each) => each === get('Layer'));
  put('Layer', layer);
  put('Technology', get('Technology'));
  return { layer, technology: get('Technology') };
}

function readService(get: Get, put: Put): Record<string, string | undefined> {
  const layer = layerOf(get, put);
  for (const name of ['ERO', 'PathInfo']) {
    const value = get(name) ? readJson(get(name)!) : {};
    if (!isMembers(value)) throw new Refused(`'${typeName(value)}' object has no attribute 'get'`);
    if ((value['type'] ?? null) !== null && !('payload' in value)) throw new Refused("'payload'");
  }
  const gateway = readGateway(get('Gateway'));
  const direction = MIRROR_DIRECTIONS.find((each) => each === get('MirrorDirection'));
  put('ControllerURL', get('ControllerURL'));
  put('ERO', get('ERO'));
  put('Gateway', gateway);
  put('MirrorPort', get('MirrorPort'));
  put('MirrorVlan', get('MirrorVlan'));
  put('MirrorDirection', direction);
  return {
    ...layer,
    gateway,
    controller_url: get('ControllerURL'),
    mirror_port: get('MirrorPort'),
    mirror_vlan: get('MirrorVlan'),
    mirror_direction: direction,
  };
}

function peerLabels(get: Get, put: Put): Record<string, string | undefined> {
  const labels = readFields(LABELS, get('PeerLabels'));
  if (labels === undefined) return {};
  put('PeerLabels', jsonOf(labels));
  return { peer_labels: labelsText(labels) };
}

function hintsText(hints: Fields): string {
  const type = hints['instance_type'];
  return type === undefined ? '' : `{ instance_type: ${String(type)}}`;
}

// Python keeps it as a tuple.
function mapText(value: Json): string {
  if (!Array.isArray(value)) throw new Refused(`cannot convert '${typeName(value)}' object to a tuple`);
  return `(${value.map((each) => repr(each as Json)).join(', ')})`;
}

function printedText(values: Record<string, string | undefined>): string {
  const { node_id, ...rest } = values;
  const names = Object.keys(rest)
    .filter((name) => rest[name] !== undefined && rest[name] !== '')
    .sort();
  return repr(Object.fromEntries([['node_id', node_id!], ...names.map((name) => [name, rest[name]!])]));
}
