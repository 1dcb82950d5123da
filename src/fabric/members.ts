/** What has members, of an answer whose shape nobody vouches for. */
export type Members = Readonly<Record<string, unknown>>;

export const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null ? (value as Members) : {};

/** The members of each entry of a list; none where it is no list. */
export const rows = (value: unknown): Members[] => (Array.isArray(value) ? value.map(membersOf) : []);
