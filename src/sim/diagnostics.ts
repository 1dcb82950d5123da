import type * as z from 'zod';

/** One field at fault. */
export interface ScenarioDiagnostic {
  readonly path: ReadonlyArray<string | number>;
  readonly message: string;
}

/** zod's issues as one line each, with the path of the field and, for a mistyped one, the likely name. */
export function diagnosticsOf(issues: readonly z.core.$ZodIssue[]): ScenarioDiagnostic[] {
  return issues.flatMap((issue) => describe(issue, []));
}

function describe(issue: z.core.$ZodIssue, above: ReadonlyArray<string | number>): ScenarioDiagnostic[] {
  const path = [...above, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  if (issue.code === 'invalid_union') {
    const kinds = unknownKind(issue.errors);
    if (kinds !== undefined) return [{ path: [...path, 'kind'], message: `is none of ${kinds.join(', ')}` }];
    const nearest = nearestBranch(issue.errors);
    if (nearest.length > 0) return nearest.flatMap((inner) => describe(inner, path));
  }
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a field of a scenario here' }));
  const { message } = issue;
  if (issue.code === 'invalid_type' && message.endsWith('received undefined')) return [{ path, message: 'is missing' }];
  return [{ path, message: message.replace(/^Invalid (input|option): /, '') }];
}

/**
 * Of a union's branches the one the writer most likely meant: the one whose complaints lie
 * deepest, and among those the one with the fewest.
 */
function nearestBranch(branches: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] {
  const score = (branch: readonly z.core.$ZodIssue[]): number => {
    const wrongKind = branch.some((issue) => issue.code === 'invalid_value' && issue.path.length === 1);
    const wrongType = branch.some((issue) => issue.code.startsWith('invalid_') && issue.path.length === 0);
    return (wrongType ? 1000 : 0) + (wrongKind ? 100 : 0) + branch.length;
  };
  return [...branches].sort((a, b) => score(a) - score(b))[0] ?? [];
}

/** What `kind` may be, where the writer gave an object with a kind that no branch knows. */
function unknownKind(branches: readonly z.core.$ZodIssue[][]): string[] | undefined {
  const objects = branches.filter((branch) => branch.every((issue) => issue.path.length > 0));
  const kinds = objects.map((branch) =>
    branch.flatMap((issue) => (issue.code === 'invalid_value' && issue.path.join() === 'kind' ? issue.values : [])),
  );
  if (kinds.length === 0 || kinds.some((values) => values.length === 0)) return undefined;
  return kinds.flat().map((value) => JSON.stringify(value));
}
