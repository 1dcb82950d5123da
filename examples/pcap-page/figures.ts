import { formatSize } from 'mooring';

/** The least of 1, 2 and 5 times a power of ten that is not below `value`: widths of bins, steps of an axis. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= value) ?? value;
}

/** A size in powers of 1000, as the plots have them. */
export function sizeText(bytes: number): string {
  return formatSize(bytes, { powersOf: 1000 });
}
