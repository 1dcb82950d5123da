import { type Json, JsonDecodeError, loads, repr, typeName } from '../python/index.js';
import { LABEL_PATTERNS, LABEL_RANGES } from './label-rules.js';
import { Refused } from './refused.js';

/** Members of a property that is JSON, by name; only those FIM knows and that are set. */
export type Fields = { readonly [name: string]: Json };

/** How a property that holds JSON is read: what it may hold, and what each member must be. */
export interface FieldKind {
  readonly className: string;
  readonly known: readonly string[];
  readonly check: (name: string, value: Json) => void;
  /** What stands for a float; by default the number. */
  readonly float?: (digits: string) => Json;
}

/** A failed assertion of the server has no text. */
function assert(holds: boolean): void {
  if (!holds) throw new Refused('');
}

function isNumber(value: Json): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
}

const CAPACITY_UNITS: Readonly<Record<string, string>> = {
  cpu: '',
  core: '',
  ram: 'G',
  disk: 'G',
  bw: 'Gbps',
  burst_size: 'Mbits',
  unit: '',
  mtu: 'B',
};

export const CAPACITIES: FieldKind = {
  className: 'fim.slivers.capacities_labels.Capacities',
  known: Object.keys(CAPACITY_UNITS),
  // A float is no amount, not even a whole one such as 2.0.
  float: () => Number.NaN,
  check: (_name, value) => {
    if (value === null) return;
    if (!isNumber(value)) {
      throw new Refused(`'>=' not supported between instances of '${typeName(value)}' and 'int'`);
    }
    assert(Number(value) >= 0 && (typeof value !== 'number' || Number.isInteger(value)));
  },
};

const isText = (value: Json) => typeof value === 'string' || Array.isArray(value);

export const LABELS: FieldKind = {
  className: 'fim.slivers.capacities_labels.Labels',
  known: [
    'bdf',
    'mac',
    'ipv4',
    'ipv4_range',
    'ipv4_subnet',
    'ipv6',
    'ipv6_range',
    'ipv6_subnet',
    'asn',
    'vlan',
    'vlan_range',
    'inner_vlan',
    'instance',
    'instance_parent',
    'local_name',
    'local_type',
    'device_name',
    'bgp_key',
    'account_id',
    'region',
    'usb_id',
    'numa',
  ],
  check: (name, value) => {
    assert(isText(value));
    const each = Array.isArray(value) ? value : [value];
    const pattern = LABEL_PATTERNS[name];
    for (const item of each) {
      if (pattern === undefined) break;
      if (typeof item !== 'string') throw new Refused(`expected string or bytes-like object, got '${typeName(item)}'`);
      if (new RegExp(`^(?:${pattern.source})\\n?$`).test(item)) continue;
      throw new Refused(
        `Label exception: Provided label value ${item} for ${name} does not match the allowed regular expression ` +
          `${pattern.source}, valid example is ${pattern.example}`,
      );
    }
    const range = LABEL_RANGES[name];
    for (const item of each) {
      if (range === undefined) break;
      // What has no pattern goes into Python's int() as it is.
      if (pattern === undefined && !/^\s*[+-]?\d+(?:_\d+)*\s*$/.test(String(item))) {
        throw new Refused(`invalid literal for int() with base 10: ${repr(item as Json)}`);
      }
      if (range.holds(String(item))) continue;
      throw new Refused(
        `Label exception: Provided label value ${item} for ${name} must be in a valid range ${range.words}`,
      );
    }
  },
};

function texts(className: string, known: readonly string[]): FieldKind {
  return { className, known, check: (_name, value) => assert(isText(value)) };
}

export const CAPACITY_HINTS: FieldKind = {
  className: 'fim.slivers.capacities_labels.CapacityHints',
  known: ['instance_type'],
  check: (_name, value) => assert(typeof value === 'string'),
};
export const RESERVATION_INFO = texts('fim.slivers.capacities_labels.ReservationInfo', [
  'reservation_id',
  'reservation_state',
  'error_message',
]);
export const STRUCTURAL_INFO = texts('fim.slivers.capacities_labels.StructuralInfo', [
  'sub_graph_id',
  'parent_graph_id',
  'adm_graph_ids',
]);
export const FLAGS: FieldKind = {
  className: 'fim.slivers.capacities_labels.Flags',
  known: ['auto_config', 'auto_mount', 'ipv4_management', 'ptp'],
  check: (_name, value) => assert(typeof value === 'boolean'),
};

/** JSON in a property, refused in the decoder's words. */
export function readJson(text: string, float?: (digits: string) => Json): Json {
  try {
    return loads(text, float);
  } catch (error) {
    if (error instanceof JsonDecodeError) throw new Refused(error.message);
    throw error;
  }
}

/**
 * A property of a kind, `undefined` where it is not set. What FIM does not know is dropped, what is empty or zero as
 * well.
 */
export function readFields(kind: FieldKind, text: string | undefined): Fields | undefined {
  if (text === undefined || text === '' || text === 'None') return undefined;
  const value = readJson(text, kind.float);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    const what = `${kind.className}._set_fields() argument after ** must be a mapping, not ${typeName(value)}`;
    throw new Refused(what);
  }
  const fields: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value as Fields)) {
    // A member is looked at before anybody asks whether it is known.
    kind.check(name, member);
    if (kind.known.includes(name) && member !== null && member !== 0 && member !== false) fields[name] = member;
  }
  return fields;
}

/** Capacities as FIM prints them in its messages: `{ core: 2 , ram: 8 G}`. */
export function capacitiesText(fields: Fields): string {
  const parts = CAPACITIES.known
    .filter((name) => fields[name] !== undefined)
    .map((name) => `${name}: ${Number(fields[name]).toLocaleString('en-US')} ${CAPACITY_UNITS[name]}`);
  return parts.length === 0 ? '' : `{ ${parts.join(', ')}}`;
}

/** Labels as FIM prints them. */
export function labelsText(fields: Fields): string {
  const parts = LABELS.known
    .filter((name) => fields[name] !== undefined)
    .map((name) => `${name}: ${typeof fields[name] === 'string' ? fields[name] : repr(fields[name])}`);
  return parts.length === 0 ? '' : `{ ${parts.join(', ')}}`;
}

/**
 * Delegations: JSON whose members define a pool or name one. They stand in advertisements and mean nothing in a slice.
 */
export function checkDelegations(text: string | undefined, details: 'capacities' | 'labels'): void {
  if (text === undefined || text === '' || text === 'None') return;
  const value = readJson(text);
  if (!isMembers(value)) throw new Refused(`'${typeName(value)}' object has no attribute 'items'`);
  for (const member of Object.values(value)) {
    if (!isMembers(member)) throw new Refused(`'${typeName(member)}' object has no attribute 'keys'`);
    if ('pool_id' in member) {
      if (!(details in member)) throw new Refused(`'${details}'`);
    } else if (!('pool' in member)) {
      throw new Refused('Delegation exception: Invalid dictionary format when parsing delegation from JSON');
    }
  }
}

/** Whether a value is a JSON object. */
export function isMembers(value: Json): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Tags: a list of words, or one. */
export function readTags(text: string | undefined): Json | undefined {
  if (text === undefined || text === '' || text === 'None') return undefined;
  const value = readJson(text);
  for (const tag of Array.isArray(value) ? (value as readonly Json[]) : [value]) {
    // Python's \w has the letters of every script, and its $ stands before a last line end.
    if (typeof tag === 'string' && /^[\p{L}\p{N}_-]{1,255}\n?$/u.test(tag)) continue;
    const shown = typeof tag === 'string' ? tag : repr(tag);
    throw new Refused(`TagException: Tag ${shown} does not match expected pattern ^[\\w-]{1,255}$`);
  }
  return value;
}
