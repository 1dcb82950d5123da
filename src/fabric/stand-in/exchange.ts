import type { Json } from '../python/index.js';

/** A request as it arrives: the query decoded and in its order, header names in any case. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  /** The body's text, empty where there is none. */
  readonly body: string;
}

/** An answer: `body` is JSON, written with `indent` blanks as the servers do. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
  readonly indent: number;
}

/** A header by its name in any case. */
export function header(request: HttpRequest, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(request.headers).find(([each]) => each.toLowerCase() === wanted)?.[1];
}

const PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  500: 'Internal Server Error',
};

/** What ends a request early: the answer that says so. */
export class Ended extends Error {
  readonly answer: HttpAnswer;

  constructor(answer: HttpAnswer) {
    super(`${answer.status}`);
    this.answer = answer;
  }
}

/** An answer of the layer that checks requests (RFC 7807). */
export function problem(status: number, detail: string, headers: Record<string, string> = {}): HttpAnswer {
  const body = { detail, status, title: PHRASES[status]!, type: 'about:blank' };
  return { status, contentType: 'application/problem+json', headers, body, indent: 2 };
}

/** An answer of the orchestrator itself when it fails; a 400 keeps type, size and status inside the element. */
export function refusal(status: number, details: string): HttpAnswer {
  const message = PHRASES[status] ?? 'Error';
  const body: Json =
    status === 400
      ? { errors: [{ details, message, size: 1, status, type: 'error' }] }
      : { errors: [{ details, message }], size: 1, status, type: 'error' };
  const headers: Record<string, string> = details === '' ? {} : { 'X-Error': details };
  return { status, contentType: 'application/json', headers, body, indent: 4 };
}

/** A good answer: what was asked for, in the envelope of its type. */
export function success(type: string, data: readonly Json[]): HttpAnswer {
  const body = { data, size: data.length, status: 200, type };
  return { status: 200, contentType: 'application/json', headers: {}, body, indent: 4 };
}

/** Ends the request with a failure of the orchestrator. */
export function refuse(status: number, details: string): never {
  throw new Ended(refusal(status, details));
}
