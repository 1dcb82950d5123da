import { Ended, type HttpRequest, problem } from './exchange.js';
import type { Operation } from './operations.js';

/** An operation and what stands in the braces of its path. */
export interface Route<Of extends Operation = Operation> {
  readonly operation: Of;
  readonly path: Readonly<Record<string, string>>;
}

/** Finds the operation of a request; what is asked in the wrong way is told which ways there are. */
export function routeOf<Of extends Operation>(request: HttpRequest, operations: readonly Of[]): Route<Of> {
  const matching = operations
    .map((operation) => ({ operation, path: matched(operation.path, request.path) }))
    .filter((each): each is Route<Of> => each.path !== undefined);
  // A path written out goes before one with a parameter in the same place.
  const exact = matching.filter(({ operation }) => operation.path === request.path);
  const candidates = exact.length > 0 ? exact : matching;
  const route = candidates.find(({ operation }) => operation.method === request.method);
  if (route !== undefined) return route;
  if (candidates.length === 0) {
    const what =
      'The requested URL was not found on the server. If you entered the URL manually please check your spelling';
    throw new Ended(problem(404, `${what} and try again.`));
  }
  const methods = new Set(candidates.map(({ operation }) => operation.method));
  const allowed = [...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS', ...methods];
  const headers = { Allow: allowed.join(', ') };
  throw new Ended(problem(405, 'The method is not allowed for the requested URL.', headers));
}

function matched(template: string, path: string): Record<string, string> | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [at, segment] of wanted.entries()) {
    const value = given[at]!;
    if (!segment.startsWith('{')) {
      if (segment !== value) return undefined;
    } else if (value === '') return undefined;
    else values[segment.slice(1, -1)] = value;
  }
  return values;
}
