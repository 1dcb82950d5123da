import { type Json, loads, prettyDumps } from '../python/index.js';
import { type HttpAnswer, type HttpRequest, Orchestrator, type World } from '../stand-in/index.js';
import { verifierOf } from './given-tokens.js';
import { worldOf } from './given-world.js';
import { T0_MS, withoutTimes, withoutUuids, withTimes } from './notation.js';
import type { ReplayRow } from './row.js';

/** Recorded requests put to the stand-in, so that its answers can be held against those that were recorded. */
export { parseRow, type ReplayRow } from './row.js';

/** An answer in the notation of the row: times from T0, uuids by number. */
export interface ReplayAnswer {
  readonly id: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: Json;
}

/** Puts a row's request to an orchestrator in the world the row gives. */
export function replay(row: ReplayRow): ReplayAnswer {
  return replayWithWorld(row).answer;
}

/** The same, and the world afterwards. */
export function replayWithWorld(row: ReplayRow): { readonly answer: ReplayAnswer; readonly world: World } {
  let issued = 0;
  const newId = () => `00000000-0000-4000-9000-${(++issued).toString(16).padStart(12, '0')}`;
  const world = worldOf(row, newId);
  const verify = verifierOf(row.given.token);
  const orchestrator = new Orchestrator({ world, verify, newId, graphClass: 'NetworkXPropertyGraph' });
  const answer = orchestrator.handle(requestOf(row), T0_MS);
  return { answer: { id: row.id, ...inNotation(answer, row) }, world };
}

function requestOf({ request }: ReplayRow): HttpRequest {
  const { method, path, query, rawQuery, headers = {}, contentType, body } = request;
  const pairs =
    rawQuery === undefined
      ? (query ?? []).map(([name, value]) => [name, withTimes(value)] as const)
      : decoded(withTimes(rawQuery));
  return {
    method,
    path,
    query: pairs,
    headers: { ...headers, ...(contentType === undefined ? {} : { 'Content-Type': contentType }) },
    body: body === undefined ? '' : withTimes(typeof body === 'string' ? body : prettyDumps(body, 0)),
  };
}

// A plus is a blank where it is not encoded.
function decoded(rawQuery: string): (readonly [string, string])[] {
  return rawQuery
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [unescaped(name), unescaped(value.join('='))] as const;
    });
}

function unescaped(text: string): string {
  const blanks = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(blanks);
  } catch {
    return blanks;
  }
}

function inNotation(answer: HttpAnswer, row: ReplayRow): Omit<ReplayAnswer, 'id'> {
  const known = JSON.stringify([row.given, row.request]);
  const text = withoutUuids(withoutTimes(prettyDumps(answer.body, answer.indent)), known);
  return { status: answer.status, contentType: answer.contentType, body: loads(text) };
}
