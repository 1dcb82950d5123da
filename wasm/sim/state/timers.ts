// A flow's timers. Setting one again to a later time, which happens at every ACK, costs a store:
// the event already on the wheel finds the new deadline when it comes and goes back.
//
//   slot: | deadline i64, −1 not set | time of the event that stands for it i64, −1 none |
import { Event, now, schedule } from './events';
import { Flow } from './flow';
import { EVENT_DELAYED_ACK, EVENT_PACE, EVENT_REORDER, EVENT_RTO, EVENT_SOURCE } from './kinds';

const PENDING: usize = 8;
let free: usize = 0;

/** An event that is nobody's member; the engine gives it back. */
export function allocateEvent(kind: u8, owner: usize): Event {
  let event: Event;
  if (free) {
    event = changetype<Event>(free);
    free = event.next;
  } else {
    event = new Event();
  }
  event.kind = kind;
  event.owner = owner;
  return event;
}

export function freeEvent(event: Event): void {
  event.next = free;
  free = changetype<usize>(event);
}

export function setTimer(flow: Flow, kind: u8, deadline: i64): void {
  const slot = slotOf(flow, kind);
  store<i64>(slot, deadline);
  const pending = load<i64>(slot, PENDING);
  if (pending >= 0 && pending <= deadline) return;
  store<i64>(slot, deadline, PENDING);
  schedule(allocateEvent(kind, changetype<usize>(flow)), deadline);
}

export function clearTimer(flow: Flow, kind: u8): void {
  store<i64>(slotOf(flow, kind), -1);
}

/** The event of a timer has come: true where the timer expires with it. */
export function timerExpires(flow: Flow, event: Event): bool {
  const kind = event.kind;
  const slot = slotOf(flow, kind);
  const current = load<i64>(slot, PENDING) == now;
  freeEvent(event);
  if (!current) return false;
  store<i64>(slot, -1, PENDING);
  const deadline = load<i64>(slot);
  if (deadline < 0) return false;
  if (deadline > now) {
    setTimer(flow, kind, deadline);
    return false;
  }
  store<i64>(slot, -1);
  return true;
}

function slotOf(flow: Flow, kind: u8): usize {
  const base = changetype<usize>(flow);
  if (kind == EVENT_RTO) return base + offsetof<Flow>('rtoDeadline');
  if (kind == EVENT_DELAYED_ACK) return base + offsetof<Flow>('ackDeadline');
  if (kind == EVENT_PACE) return base + offsetof<Flow>('paceDeadline');
  if (kind == EVENT_REORDER) return base + offsetof<Flow>('reorderDeadline');
  if (kind == EVENT_SOURCE) return base + offsetof<Flow>('sourceDeadline');
  return unreachable();
}
