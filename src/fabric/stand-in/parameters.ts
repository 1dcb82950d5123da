import { type Json, JsonDecodeError, loads } from '../python/index.js';
import { Ended, type HttpRequest, header, problem } from './exchange.js';
import type { Operation, Parameter } from './operations.js';
import { faultOf, faultText, type Schema } from './schema.js';

/** Values of the query by name, those left out by their defaults. */
export type QueryValues = Readonly<Record<string, Json>>;

/** Checks the query as connexion does, in the order of the specification. */
export function readQuery(request: HttpRequest, { parameters }: Operation): QueryValues {
  const values: Record<string, Json> = {};
  for (const parameter of parameters) {
    const value = readParameter(request, parameter);
    if (value !== undefined) values[parameter.name] = value;
  }
  return values;
}

function readParameter(request: HttpRequest, { name, required, schema }: Parameter): Json | undefined {
  const given = request.query.filter(([each]) => each === name).map(([, value]) => value);
  const last = given.at(-1);
  if (last === undefined) {
    if (required) throw new Ended(problem(400, `Missing query parameter '${name}'`));
    return schema.default;
  }
  // A list may be repeated or written with commas; of anything else the last one counts.
  const value: Json | undefined =
    schema.type === 'array' ? given.flatMap((each) => each.split(',')) : coerced(last, schema);
  if (value === undefined) {
    throw new Ended(problem(400, `Wrong type, expected '${schema.type}' for query parameter '${name}'`));
  }
  const fault = faultOf(value, schema);
  if (fault !== undefined) throw new Ended(problem(400, faultText(fault)));
  return value;
}

function coerced(text: string, { type }: Schema): Json | undefined {
  if (type === 'boolean') {
    const word = text.toLowerCase();
    return word === 'true' ? true : word === 'false' ? false : undefined;
  }
  if (type !== 'integer') return text;
  // What Python's int() takes: blanks around, a sign, underscores between digits.
  const digits = /^\s*([+-]?\d+(?:_\d+)*)\s*$/.exec(text)?.[1]?.replaceAll('_', '').replace(/^\+/, '');
  if (digits === undefined) return undefined;
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

/** Checks a body of JSON against its schema. */
export function readBody(request: HttpRequest, schema: Schema): Json {
  const value = parsedBody(request);
  const fault = faultOf(value, schema);
  if (fault !== undefined) {
    const where = fault.path.length === 0 ? '' : ` - '${fault.path.join('.')}'`;
    throw new Ended(problem(400, fault.message + where));
  }
  return value;
}

function parsedBody(request: HttpRequest): Json {
  if (request.body === '') return null;
  const contentType = header(request, 'Content-Type');
  const media = (contentType ?? '').split(';')[0]!.trim().toLowerCase();
  if (media !== 'application/json' && !/^application\/[\w.-]+\+json$/.test(media)) {
    throw new Ended(problem(415, `Invalid Content-type (${contentType ?? ''}), expected JSON data`));
  }
  try {
    const value = loads(request.body);
    if (value !== null) return value;
  } catch (error) {
    if (!(error instanceof JsonDecodeError)) throw error;
  }
  throw new Ended(problem(400, 'Request body is not valid JSON'));
}
