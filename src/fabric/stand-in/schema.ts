import { type Json, repr } from '../python/index.js';

/** The part of JSON Schema the orchestrator's specification uses. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly required?: readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  /** What members are that `properties` does not name. */
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly format?: string;
  readonly default?: Json;
}

/** Where a value is not as its schema says: the words, the rule that was broken, and the way to it. */
export interface SchemaFault {
  readonly message: string;
  readonly rule: string;
  readonly path: readonly (string | number)[];
  /** The schema that holds the rule. */
  readonly schema: Schema;
  readonly instance: Json;
}

/** The first fault of a value against a schema, the way jsonschema finds it; `undefined` where there is none. */
export function faultOf(value: Json, schema: Schema, path: readonly (string | number)[] = []): SchemaFault | undefined {
  const fault = (rule: string, message: string): SchemaFault => ({ message, rule, path, schema, instance: value });
  if (schema.type !== undefined && !isOfType(value, schema.type)) {
    return fault('type', `${repr(value)} is not of type ${repr(schema.type)}`);
  }
  if (schema.enum !== undefined && !schema.enum.includes(value as string)) {
    return fault('enum', `${repr(value)} is not one of ${repr(schema.enum)}`);
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    const number = Number(value);
    if (schema.minimum !== undefined && number < schema.minimum) {
      return fault('minimum', `${value} is less than the minimum of ${schema.minimum}`);
    }
    if (schema.maximum !== undefined && number > schema.maximum) {
      return fault('maximum', `${value} is greater than the maximum of ${schema.maximum}`);
    }
  }
  if (typeof value === 'string' && [...value].length < (schema.minLength ?? 0)) {
    return fault('minLength', `${repr(value)} is too short`);
  }
  if (Array.isArray(value)) return faultOfList(value as readonly Json[], schema, path, fault);
  if (value !== null && typeof value === 'object') {
    const members = value as { readonly [name: string]: Json };
    for (const name of schema.required ?? []) {
      if (!(name in members)) return fault('required', `${repr(name)} is a required property`);
    }
    for (const [name, each] of Object.entries(schema.properties ?? {})) {
      const inner = name in members ? faultOf(members[name]!, each, [...path, name]) : undefined;
      if (inner !== undefined) return inner;
    }
    if (schema.additionalProperties === undefined) return undefined;
    for (const [name, each] of Object.entries(members)) {
      if (Object.hasOwn(schema.properties ?? {}, name)) continue;
      const inner = faultOf(each, schema.additionalProperties, [...path, name]);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

function faultOfList(
  value: readonly Json[],
  schema: Schema,
  path: readonly (string | number)[],
  fault: (rule: string, message: string) => SchemaFault,
): SchemaFault | undefined {
  if (value.length < (schema.minItems ?? 0)) {
    return fault('minItems', `${repr(value)} ${value.length === 0 ? 'should be non-empty' : 'is too short'}`);
  }
  if (value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) {
    return fault('maxItems', `${repr(value)} is too long`);
  }
  if (schema.items === undefined) return undefined;
  for (const [at, each] of value.entries()) {
    const inner = faultOf(each, schema.items, [...path, at]);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function isOfType(value: Json, type: NonNullable<Schema['type']>): boolean {
  switch (type) {
    case 'object':
      return value !== null && typeof value === 'object' && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
    default:
      return typeof value === type;
  }
}

/** Columns Python's pprint stays within. */
const PRINT_WIDTH = 72;

function printed(schema: Schema): string {
  const parts = Object.entries(schema).map(([name, value]) => `${repr(name)}: ${printedValue(value as Json)}`);
  const line = `{${parts.join(', ')}}`;
  return line.length <= PRINT_WIDTH ? line : `{${parts.join(',\n     ')}}`;
}

function printedValue(value: Json): string {
  return Array.isArray(value) && repr(value).length > PRINT_WIDTH
    ? `[${value.map((each) => repr(each as Json)).join(',\n              ')}]`
    : repr(value);
}

/** A fault of a query parameter, in the long form jsonschema prints. */
export function faultText(fault: SchemaFault): string {
  const where = fault.path.length === 0 ? 'schema' : "schema['items']";
  const instance = fault.path.length === 0 ? 'instance' : `instance[${fault.path.join('][')}]`;
  return (
    `${fault.message}\n\nFailed validating ${repr(fault.rule)} in ${where}:\n    ${printed(fault.schema)}\n\n` +
    `On ${instance}:\n    ${repr(fault.instance)}`
  );
}
