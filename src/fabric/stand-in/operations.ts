import type { Schema } from './schema.js';

/** A parameter of the query. */
export interface Parameter {
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

/** One operation of the orchestrator's specification (2.0.1). */
export interface Operation {
  readonly name: string;
  readonly method: string;
  /** Segments; one in braces is a parameter. */
  readonly path: string;
  readonly secured: boolean;
  readonly parameters: readonly Parameter[];
  /** A body of JSON and its schema. `modify` takes text of any kind. */
  readonly body?: Schema;
}

const text: Schema = { type: 'string' };
const flag = (value: boolean): Schema => ({ type: 'boolean', default: value });
const GRAPH_FORMAT: Schema = {
  type: 'string',
  enum: ['GRAPHML', 'JSON_NODELINK', 'CYTOSCAPE', 'NONE'],
  default: 'GRAPHML',
};
const SLICE_STATES = [
  'Nascent',
  'Configuring',
  'StableError',
  'StableOK',
  'Closing',
  'Dead',
  'Modifying',
  'ModifyOK',
  'ModifyError',
  'AllocatedOK',
  'AllocatedError',
  'All',
];
const POA_STATES = ['Nascent', 'SentToAuthority', 'Performing', 'AwaitingCompletion', 'Success', 'Failed'];

const NAME: Schema = { minLength: 3, type: 'string' };
const LIMIT: Schema = { maximum: 200, minimum: 1, type: 'integer', format: 'int32', default: 5 };
const OFFSET: Schema = { minimum: 0, type: 'integer', format: 'int32', default: 0 };
const AS_SELF: Parameter = { name: 'as_self', schema: flag(true) };
const SLICE_ID: Parameter = { name: 'slice_id', required: true, schema: text };

const WINDOW: readonly Parameter[] = [
  { name: 'start_date', schema: text },
  { name: 'end_date', schema: text },
  { name: 'includes', schema: text },
  { name: 'excludes', schema: text },
];
const SUMMARY: readonly Parameter[] = [
  { name: 'level', schema: { type: 'integer', default: 2 } },
  { name: 'force_refresh', schema: flag(false) },
  ...WINDOW,
  { name: 'type', schema: text },
];

const list: Schema = { type: 'array', items: text };

const FIND_SLOT: Schema = {
  type: 'object',
  required: ['start', 'end', 'duration', 'resources'],
  properties: {
    start: { type: 'string', format: 'date-time' },
    end: { type: 'string', format: 'date-time' },
    duration: { type: 'integer', minimum: 1 },
    max_results: { type: 'integer', minimum: 1, maximum: 50, default: 1 },
    use_live_data: flag(false),
    resources: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['type'],
        properties: {
          type: { type: 'string', enum: ['compute', 'link', 'facility_port'] },
          site: text,
          cores: { type: 'integer' },
          ram: { type: 'integer' },
          disk: { type: 'integer' },
          components: { type: 'object', additionalProperties: { type: 'integer' } },
          site_a: text,
          site_b: text,
          bandwidth: { type: 'integer' },
          name: text,
          vlans: { type: 'integer' },
        },
      },
    },
  },
};

const CREATE: Schema = {
  type: 'object',
  required: ['graph_model', 'ssh_keys'],
  properties: { graph_model: text, ssh_keys: { maxItems: 10, type: 'array', items: text } },
};

const pair = (a: string, b: string): Schema => ({
  type: 'array',
  items: { type: 'object', required: [a, b], properties: { [a]: text, [b]: text } },
});
const POA: Schema = {
  type: 'object',
  required: ['operation'],
  properties: {
    operation: {
      type: 'string',
      enum: ['cpuinfo', 'numainfo', 'cpupin', 'numatune', 'reboot', 'addkey', 'removekey', 'rescan'],
    },
    data: {
      type: 'object',
      properties: {
        vcpu_cpu_map: pair('cpu', 'vcpu'),
        node_set: list,
        bdf: list,
        keys: pair('comment', 'key'),
      },
    },
  },
};

function operation<Name extends string>(
  name: Name,
  method: string,
  path: string,
  parameters: readonly Parameter[] = [],
  more: { readonly open?: boolean; readonly body?: Schema } = {},
): Operation & { readonly name: Name } {
  const { open = false, body } = more;
  return { name, method, path, secured: !open, parameters, ...(body === undefined ? {} : { body }) };
}

export const OPERATIONS = [
  operation('version', 'GET', '/version', [], { open: true }),
  operation('metrics', 'GET', '/metrics/overview', [{ name: 'excluded_projects', schema: list }], { open: true }),
  operation('resources', 'GET', '/resources', [
    { name: 'level', required: true, schema: { type: 'integer', default: 1 } },
    { name: 'force_refresh', required: true, schema: flag(false) },
    ...WINDOW,
  ]),
  operation(
    'portalResources',
    'GET',
    '/portalresources',
    [
      { name: 'graph_format', required: true, schema: GRAPH_FORMAT },
      { name: 'level', schema: { type: 'integer', default: 1 } },
      { name: 'force_refresh', schema: flag(false) },
      ...WINDOW,
    ],
    { open: true },
  ),
  operation('summary', 'GET', '/resources/summary', SUMMARY),
  operation('portalSummary', 'GET', '/portalresources/summary', SUMMARY, { open: true }),
  operation('calendar', 'GET', '/resources/calendar', [
    { name: 'start_date', required: true, schema: { type: 'string', format: 'date-time' } },
    { name: 'end_date', required: true, schema: { type: 'string', format: 'date-time' } },
    { name: 'interval', schema: { type: 'string', default: 'day', enum: ['hour', 'day', 'week'] } },
    { name: 'site', schema: list },
    { name: 'host', schema: list },
    { name: 'exclude_site', schema: list },
    { name: 'exclude_host', schema: list },
  ]),
  operation('findSlot', 'POST', '/resources/find-slot', [], { body: FIND_SLOT }),
  operation('slices', 'GET', '/slices', [
    { name: 'name', schema: NAME },
    { name: 'search', schema: text },
    { name: 'exact_match', schema: flag(false) },
    AS_SELF,
    { name: 'states', schema: { type: 'array', items: { type: 'string', enum: SLICE_STATES } } },
    { name: 'limit', schema: LIMIT },
    { name: 'offset', schema: OFFSET },
  ]),
  operation(
    'createOld',
    'POST',
    '/slices/create',
    [
      { name: 'name', required: true, schema: NAME },
      { name: 'ssh_key', required: true, schema: text },
      { name: 'lease_end_time', schema: text },
    ],
    { body: text },
  ),
  operation(
    'create',
    'POST',
    '/slices/creates',
    [
      { name: 'name', required: true, schema: NAME },
      { name: 'lifetime', schema: { type: 'integer', default: 24 } },
      { name: 'lease_start_time', schema: text },
      { name: 'lease_end_time', schema: text },
    ],
    { body: CREATE },
  ),
  operation('deleteAll', 'DELETE', '/slices/delete'),
  operation('delete', 'DELETE', '/slices/delete/{slice_id}'),
  operation('modify', 'PUT', '/slices/modify/{slice_id}'),
  operation('accept', 'POST', '/slices/modify/{slice_id}/accept'),
  operation('renew', 'POST', '/slices/renew/{slice_id}', [{ name: 'lease_end_time', required: true, schema: text }]),
  operation('slice', 'GET', '/slices/{slice_id}', [
    AS_SELF,
    { name: 'graph_format', required: true, schema: GRAPH_FORMAT },
  ]),
  operation('slivers', 'GET', '/slivers', [SLICE_ID, AS_SELF]),
  operation('sliver', 'GET', '/slivers/{sliver_id}', [SLICE_ID, AS_SELF]),
  operation('poa', 'POST', '/poas/create/{sliver_id}', [], { body: POA }),
  operation('poas', 'GET', '/poas/', [
    { name: 'sliver_id', schema: NAME },
    { name: 'states', schema: { type: 'array', items: { type: 'string', enum: POA_STATES } } },
    { name: 'limit', schema: LIMIT },
    { name: 'offset', schema: OFFSET },
  ]),
  operation('poaOne', 'GET', '/poas/{poa_id}'),
];
