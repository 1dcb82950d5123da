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
  | 'single-user-needs-one-port'
  | 'single-user-needs-slice';

export function notice(code: NoticeCode, field: string, message: string, hint: string): Notice {
  return { code, field, message, hint };
}

/** A notice as one line. */
export function formatNotice({ code, field, message, hint }: Notice): string {
  return `${field}: ${message} (${hint}) [${code}]`;
}
