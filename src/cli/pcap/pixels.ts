/** The size of a plot. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
}

/** `1200x600`. */
export function parsePixels(text: string): Pixels {
  const [, width, height] = /^([1-9]\d*)x([1-9]\d*)$/.exec(text) ?? [];
  if (width === undefined) throw new Error('Give the size of a plot, such as 1200x600.');
  return { width: Number(width), height: Number(height) };
}
