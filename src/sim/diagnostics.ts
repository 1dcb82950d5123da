import type * as v from 'valibot';

/** One field at fault. */
export interface ScenarioDiagnostic {
  readonly path: ReadonlyArray<string | number>;
  readonly message: string;
}

/** The schema's issues as one line each, with the path of the field. */
export function diagnosticsOf(issues: ReadonlyArray<v.BaseIssue<unknown>>): ScenarioDiagnostic[] {
  return issues.map((issue) => ({
    path: (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key))),
    message: messageOf(issue),
  }));
}

function messageOf({ type, expected, received, input, message }: v.BaseIssue<unknown>): string {
  if (expected === 'never') return 'is not a field of a scenario here';
  if (received === 'undefined') return 'is missing';
  // `("droptail" | "red")` of a variant's names.
  if (type === 'variant' && typeof input !== 'object')
    return `is none of ${expected?.replace(/[()]/g, '').replaceAll(' | ', ', ')}`;
  return message.replace(/^Invalid [\w ]+: /, '');
}
