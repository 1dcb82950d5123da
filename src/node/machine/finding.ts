/** One thing Mooring can use, and whether this machine has it. */
export interface Finding {
  readonly name: string;
  /** `missing` stops the whole package; `absent` only leaves out what `purpose` says. */
  readonly state: 'ok' | 'absent' | 'missing';
  /** A version, a path, a count; empty where there is nothing. */
  readonly found: string;
  readonly purpose: string;
  /** How to get it; empty where it is there. */
  readonly remedy: string;
}

/** How one finding is made. */
export interface Probe {
  readonly name: string;
  readonly purpose: string;
  readonly remedy: string;
  /** Without it nothing works. */
  readonly required?: boolean;
  /** What there is, or null. */
  readonly look: () => Promise<string | null> | string | null;
}

/** Runs the probes. One that throws has found nothing. */
export async function findAll(probes: readonly Probe[]): Promise<Finding[]> {
  return Promise.all(
    probes.map(async ({ name, purpose, remedy, required, look }): Promise<Finding> => {
      const found = await Promise.resolve()
        .then(look)
        .catch(() => null);
      if (found !== null) return { name, state: 'ok', found, purpose, remedy: '' };
      return { name, state: required ? 'missing' : 'absent', found: '', purpose, remedy };
    }),
  );
}
