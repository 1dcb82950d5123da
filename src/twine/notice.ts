/** Why a plan is refused or questioned: the field of the intent or inventory, what is wrong, how to mend it. */
export interface Notice {
  readonly code: NoticeCode;
  readonly field: string;
  readonly message: string;
  readonly hint: string;
}

/** What a {@link Notice} is about; stable. */
export type NoticeCode =
  | 'unknown-site'
  | 'unknown-port'
  | 'vlan-suffix'
  | 'source-twice'
  | 'destination-twice'
  | 'unknown-destination'
  | 'source-in-use'
  | 'no-ports'
  | 'no-nics'
  | 'too-many-ports'
  | 'never-sampled'
  | 'destination-too-slow'
  | 'no-host'
  | 'disk-too-small'
  | 'lease-too-short'
  | 'token-too-short'
  | 'bad-filter'
  | 'filter-not-checked'
  | 'single-user-needs-one-port'
  | 'single-user-needs-slice';

/** Collects what speaks against a plan. */
export class Notices {
  readonly refusals: Notice[] = [];
  readonly warnings: Notice[] = [];

  get refused(): boolean {
    return this.refusals.length > 0;
  }

  refuse(code: NoticeCode, field: string, message: string, hint: string): void {
    this.refusals.push({ code, field, message, hint });
  }

  warn(code: NoticeCode, field: string, message: string, hint: string): void {
    this.warnings.push({ code, field, message, hint });
  }

  /** Takes over what another has collected. */
  add({ refusals, warnings }: Notices): void {
    this.refusals.push(...refusals);
    this.warnings.push(...warnings);
  }
}

/** A notice as one line. */
export function formatNotice({ code, field, message, hint }: Notice): string {
  return `${field}: ${message} (${hint}) [${code}]`;
}
