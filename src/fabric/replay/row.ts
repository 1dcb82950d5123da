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
  const { id, given = {}, request } = row;
  if (typeof id !== 'string') fail('"id" is no text');
  if (!isMembers(given)) fail('"given" is no object');
  if (!isMembers(request)) return fail('"request" is no object');
  if (typeof request['method'] !== 'string' || typeof request['path'] !== 'string') {
    fail('"request" has no method and path');
  }
  if (!isPairs(request['query'])) fail('"request.query" is no list of pairs');
  const { slices } = given as Members;
  const named = (each: Json) =>
    isMembers(each) && ['name', 'slice_id', 'state'].every((name) => typeof each[name] === 'string');
  if (slices !== undefined && !(Array.isArray(slices) && slices.every(named))) {
    fail('"given.slices" is no list of slices with name, slice_id and state');
  }
  return { ...(row as unknown as ReplayRow), given: given as ReplayRow['given'] };
}

function isMembers(value: Json | undefined): value is Members {
  return value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isPairs(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) && value.every((each) => Array.isArray(each) && each.length === 2);
}
