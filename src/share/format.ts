/** What a file of the studio begins with, beside other JSON. */
export const FORMAT = 'mooring-studio';

/** Whether JSON is a file of the studio: a state as in a link. */
export function isShared(value: Readonly<Record<string, unknown>>): boolean {
  return value['format'] === FORMAT;
}
