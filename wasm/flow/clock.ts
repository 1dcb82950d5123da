// Whether the packet being analysed says when it was captured. Simple packet blocks of pcapng do not: they count, and are
// in their order, but no time is measured from or to them.

export let timed: bool = true;

export function setTimed(on: bool): void {
  timed = on;
}
