/** What a check before a campaign found. */
export interface Finding {
  /** What it is about: `token`, `policy`, `graph`, `mirror`, `nic`, `lease`, `key`, `name`. */
  readonly subject: string;
  /** Whether a campaign must not begin with it. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** How to mend it. */
  readonly hint: string;
}
