import { MooringError } from '../../base/index.js';
import { ERROR } from '../../generated/errors.js';
import { type Json, JsonDecodeError, loads } from '../python/index.js';

/** A token as rows describe it: what it claims and, in a note, what is wrong with it. */
export interface GivenToken {
  readonly name: string;
  readonly exp?: string;
  readonly uuid?: string;
  readonly email?: string;
  readonly projects?: readonly { readonly uuid: string; readonly name?: string; readonly tags: readonly string[] }[];
  readonly note?: string;
}

/** A slice that is there before the request. */
export interface GivenSlice {
  readonly name: string;
  readonly slice_id: string;
  readonly state: string;
}

/** A row of requests: the world it was asked in, and what was asked. */
export interface ReplayRow {
  readonly id: string;
  readonly given: {
    readonly token?: GivenToken | null;
    readonly slices?: readonly GivenSlice[];
    readonly model?: string;
    readonly free?: { readonly [name: string]: number };
    readonly faults?: { readonly [name: string]: string };
    readonly maintenance?: { readonly testbed?: boolean; readonly sites?: { readonly [name: string]: string } };
  };
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query?: readonly (readonly [string, string])[];
    readonly rawQuery?: string;
    readonly headers?: { readonly [name: string]: string };
    readonly contentType?: string;
    readonly body?: Json;
  };
}

type Members = { readonly [name: string]: Json };

/**
 * Reads a line of a replay file.
 *
 * @throws MooringError ERROR.FABRIC_REPLAY where it is no row; `detail.line` is the line's number from 1.
 */
export function parseRow(text: string, line: number): ReplayRow {
  const fail = (reason: string): never => {
    throw new MooringError(ERROR.MOORING_ERR_FABRIC_REPLAY, `line ${line}: ${reason}`, { line, reason });
  };
  let row: Json = null;
  try {
    row = loads(text);
  } catch (error) {
    if (!(error instanceof JsonDecodeError)) throw error;
    fail(`not JSON: ${error.message}`);
  }
  if (!isMembers(row)) return fail('not an object');
  const { id } = row;
  if (typeof id !== 'string') fail('"id" is no text');
  if (row['given'] !== undefined && !isMembers(row['given'])) fail('"given" is no object');
  if (!isMembers(row['request'])) return fail('"request" is no object');
  const given = withoutNulls((row['given'] ?? {}) as Members);
  const request = withoutNulls(row['request'], ['body']);
  if (typeof request['method'] !== 'string' || typeof request['path'] !== 'string') {
    fail('"request" has no method and path');
  }
  if (!isPairs(request['query'])) fail('"request.query" is no list of pairs of texts');
  for (const name of ['rawQuery', 'contentType']) {
    if (!isTextOrNone(request[name])) fail(`"request.${name}" is no text`);
  }
  if (!isTexts(request['headers'])) fail('"request.headers" is no object of texts');
  const { slices, model, faults } = given;
  const token = isMembers(given['token']) ? withoutNulls(given['token']) : given['token'];
  if (!isToken(token)) fail('"given.token" is no token with name, exp and projects');
  if (!isTextOrNone(model)) fail('"given.model" is no text');
  if (!isTexts(faults)) fail('"given.faults" is no object of texts');
  const named = (each: Json) =>
    isMembers(each) && ['name', 'slice_id', 'state'].every((name) => typeof each[name] === 'string');
  if (slices !== undefined && !(Array.isArray(slices) && slices.every(named))) {
    fail('"given.slices" is no list of slices with name, slice_id and state');
  }
  const read = { ...row, request, given: { ...given, ...(token === undefined ? {} : { token }) } };
  return read as unknown as ReplayRow;
}

/** Members that are null are as good as not there. */
function withoutNulls(all: Members, except: readonly string[] = []): Members {
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => value !== null || except.includes(name)));
}

function isMembers(value: Json | undefined): value is Members {
  return value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isPairs(value: Json | undefined): boolean {
  if (value === undefined) return true;
  const isPair = (each: Json) => Array.isArray(each) && each.length === 2 && each.every((one) => isText(one));
  return Array.isArray(value) && value.every(isPair);
}

const isText = (value: Json | undefined) => typeof value === 'string';
const isTextOrNone = (value: Json | undefined) => value === undefined || isText(value);

function isTexts(value: Json | undefined): boolean {
  return value === undefined || (isMembers(value) && Object.values(value).every(isText));
}

function isToken(value: Json | undefined): boolean {
  if (value === undefined) return true;
  if (!isMembers(value)) return false;
  const { name, projects = [] } = value;
  const texts = ['exp', 'uuid', 'email', 'note'].every((each) => isTextOrNone(value[each]));
  return isText(name) && texts && Array.isArray(projects) && projects.every(isProject);
}

function isProject(value: Json): boolean {
  if (!isMembers(value)) return false;
  const { uuid, name, tags } = value;
  return isText(uuid) && isTextOrNone(name) && Array.isArray(tags) && tags.every((each: Json) => isText(each));
}
