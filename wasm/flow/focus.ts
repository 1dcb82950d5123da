// The connection in focus, the one whose marks and bins are wanted, and the moment and direction
// they are of. `look` is told of every packet; `mark` and `addToBin` do nothing unless it is in focus.

let focusNumber: u32 = 0;
let originNs: i64 = 0;

/** The packet being analysed is of the connection in focus. */
export let focused: bool = false;
/** Its time since the first packet of the capture. */
export let sinceStartNs: i64 = 0;
export let sinceStartUs: f64 = 0;
/** The direction of the data spoken of: 0 forward, 1 backward. */
export let side: u32 = 0;

/** `Connection.number`; 0 for none. */
export function setFocus(number: u32): void {
  focusNumber = number;
}

/** The time of the first packet of the capture. */
export function setFocusOrigin(ns: i64): void {
  originNs = ns;
}

/** A packet of this connection comes. */
export function look(number: u32, nowNs: i64): void {
  focused = number == focusNumber;
  if (!focused) return;
  sinceStartNs = nowNs - originNs;
  sinceStartUs = <f64>sinceStartNs / 1000;
}

/** What follows is of the data of this direction. */
export function lookAt(direction: u32): void {
  side = direction;
}
