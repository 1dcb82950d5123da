const ORIGIN_US = performance.timeOrigin * 1000;

/** Microseconds since 1970, never going back within a thread. */
export function clockUs(): number {
  return ORIGIN_US + performance.now() * 1000;
}
