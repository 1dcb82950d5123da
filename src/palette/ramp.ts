import { ON_RAMP, RAMP } from './theme.js';

/** The colour of a share, 0 to 1, of what a map of colours shows: it only ever gets lighter, so that no sight takes one for another. */
export function rampColour(share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (RAMP.length - 1);
  const i = Math.min(RAMP.length - 2, Math.floor(at));
  const [from, to] = [channels(RAMP[i]!), channels(RAMP[i + 1]!)];
  const mixed = from.map((value, channel) => Math.round(value + (to[channel]! - value) * (at - i)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Where white and black are as far away, by luminance (WCAG 2.2). */
const MIDDLE = 0.179;

/** What words on that colour are written in. */
export function onRamp(share: number): string {
  const [red, green, blue] = channels(rampColour(share)).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return ON_RAMP[0.2126 * red! + 0.7152 * green! + 0.0722 * blue! > MIDDLE ? 1 : 0];
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
