import { type Json, JsonDecodeError, loads } from '../python/index.js';
import { type HttpAnswer, type HttpRequest, header } from '../stand-in/index.js';

/** An answer of the credential manager: one line of JSON. */
export function json(status: number, body: Json, headers: Record<string, string> = {}): HttpAnswer {
  return { status, contentType: 'application/json', headers, body, indent: 0 };
}

/** What the framework itself says against a request. */
export const detail = (status: number, text: Json, headers: Record<string, string> = {}): HttpAnswer =>
  json(status, { detail: text }, headers);

/** A failure the credential manager tells; only of a bad request it says what is wrong. */
export function failed(status: 400 | 401 | 500, details = HIDDEN): HttpAnswer {
  const message = { 400: 'Bad Request', 401: 'Unauthorized', 500: 'Internal Server Error' }[status];
  if (status === 400) return json(status, { errors: [{ details, message, size: 1, status, type: 'error' }] });
  return json(status, { errors: [{ details, message }], size: 1, status, type: 'error' });
}

const HIDDEN = 'An internal error occurred. Please try again or contact support.';

/** A parameter of a query; of several the last. */
export const queried = (request: HttpRequest, name: string): string | undefined =>
  request.query.filter(([each]) => each === name).at(-1)?.[1];

/** An integer as pydantic reads one out of text. */
const INTEGER = /^\s*([+-]?\d+(?:_\d+)*)(?:\.0*)?\s*$/;

type Counts<Name extends string> = Readonly<Partial<Record<Name, number>>>;

/** Parameters of a query that are integers; or what pydantic has against them. */
export function readCounts<Name extends string>(
  request: HttpRequest,
  names: readonly Name[],
): Counts<Name> | HttpAnswer {
  const counts: Partial<Record<Name, number>> = {};
  const faults: Json[] = [];
  for (const name of names) {
    const input = queried(request, name);
    if (input === undefined) continue;
    const digits = INTEGER.exec(input)?.[1];
    const msg = 'Input should be a valid integer, unable to parse string as an integer';
    if (digits === undefined) faults.push({ type: 'int_parsing', loc: ['query', name], msg, input });
    else counts[name] = Number(digits.replaceAll('_', ''));
  }
  return faults.length > 0 ? detail(422, faults) : counts;
}

type Texts<Name extends string> = Readonly<Record<Name, string>>;

/**
 * A body's members, which all are text; or what pydantic (2.14) has against it. Who asks is looked at by `refusal` when the
 * body is known to be JSON, and before its members are.
 */
export function readTexts<Name extends string>(
  request: HttpRequest,
  names: readonly Name[],
  refusal: () => HttpAnswer | undefined = () => undefined,
): Texts<Name> | HttpAnswer {
  const fault = (type: string, loc: readonly Json[], msg: string, input: Json, ctx?: Json): Json => ({
    ...{ type, loc: ['body', ...loc], msg, input },
    ...(ctx === undefined ? {} : { ctx }),
  });
  const unprocessable = (...faults: readonly Json[]): HttpAnswer => detail(422, faults);
  if (request.body === '') return refusal() ?? unprocessable(fault('missing', [], 'Field required', null));
  const media = (header(request, 'Content-Type') ?? 'application/json').split(';')[0]!.trim().toLowerCase();
  let body: Json = request.body;
  if (media === 'application/json' || /^application\/[\w.-]+\+json$/.test(media)) {
    try {
      body = loads(request.body);
    } catch (error) {
      if (!(error instanceof JsonDecodeError)) throw error;
      const [, reason = 'Expecting value', at = '0'] =
        /^(.*?): line \d+ column \d+ \(char (\d+)\)$/.exec(error.message) ?? [];
      return unprocessable(fault('json_invalid', [Number(at)], 'JSON decode error', {}, { error: reason }));
    }
  }
  const refused = refusal();
  if (refused !== undefined) return refused;
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    const msg = 'Input should be a valid dictionary or object to extract fields from';
    return unprocessable(fault('model_attributes_type', [], msg, body));
  }
  const members = body as { readonly [name: string]: Json };
  const faults = names.flatMap((name) => {
    const value = members[name];
    if (value === undefined) return [fault('missing', [name], 'Field required', members)];
    return typeof value === 'string' ? [] : [fault('string_type', [name], 'Input should be a valid string', value)];
  });
  return faults.length > 0 ? unprocessable(...faults) : (members as Texts<Name>);
}

/** Whether an answer came out where members were wanted. */
export const isAnswer = (value: object): value is HttpAnswer => 'status' in value && 'contentType' in value;
