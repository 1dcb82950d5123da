import { beforeAll, describe, expect, it } from 'vitest';
import { CONTROLLER, QUEUE } from '../../src/generated/sim.js';
import { compileAssembly } from './assembly.js';

// The real sender and scoreboard over a path that ends at once: the test is the receiver.
const SOURCE = `
import { SOURCE_RATE } from './generated/sim';
import { RECEIVER } from './sim/path/index';
import { popPacket, pushPacket, Queue } from './sim/queue/index';
import {
  AckSample, ackSample, addEcho, allocateEvent, allocateFlow, allocatePacket, EVENT_MEASURE, Flow, Group, Histogram,
  nextEvent, NO_LIMIT, now, PACKET_ACK, Random, resetEvents, schedule,
} from './sim/state/index';
import { createFlow, createFlows, onAck, startFlow, trySend } from './sim/tcp/index';

const MSS: u32 = 1000;
let flow: Flow = changetype<Flow>(0);

export function start(controller: u32): void {
  resetEvents(16);
  createFlows(1, 1);
  const group = new Group();
  group.path = heap.alloc(4);
  store<usize>(group.path, RECEIVER);
  group.mss = MSS;
  group.initialCwnd = 1;
  group.receiveWindow = NO_LIMIT;
  group.minRto = 200000000;
  group.controller = controller;
  group.source = SOURCE_RATE;
  group.sourceRate = 1;
  group.stopAt = i64.MAX_VALUE >> 8;
  flow = changetype<Flow>(createFlow(group, -1));
  startFlow(flow, 0);
}

export function at(ms: i32): void {
  const mark = allocateEvent(EVENT_MEASURE, 0);
  schedule(mark, <i64>ms * 1000000);
  while (changetype<usize>(nextEvent()) != changetype<usize>(mark)) {}
}

/** The application has offered so many segments, the window is so many. */
export function send(limit: u32, window: u32): u32 {
  flow.sndLimit = limit;
  if (window > 0) flow.cwndPackets = window;
  flow.cwnd = <f64>(flow.cwndPackets * MSS);
  trySend(flow);
  return flow.sndNxt;
}

export function acknowledge(upTo: u32, sackStart: u32, sackEnd: u32, ceCount: u32): u32 {
  const ack = allocatePacket();
  ack.flags = PACKET_ACK;
  ack.seq = upTo;
  const echo = addEcho(ack);
  echo.ceCount = ceCount;
  echo.sackStart0 = sackStart;
  echo.sackEnd0 = sackEnd;
  onAck(flow, ack);
  return flow.sndNxt;
}

export function field(index: u32): f64 {
  const sample = ackSample;
  switch (index) {
    case 0: return <f64>sample.newlyAcked;
    case 1: return <f64>sample.newlySacked;
    case 2: return <f64>sample.newlyDelivered;
    case 3: return <f64>sample.newlyLost;
    case 4: return <f64>sample.newlyMarked;
    case 5: return milliseconds(sample.rttFirst);
    case 6: return milliseconds(sample.rttLast);
    case 7: return <f64>sample.priorDelivered;
    case 8: return <f64>sample.delivered;
    case 9: return milliseconds(sample.sendInterval);
    case 10: return milliseconds(sample.ackInterval);
    case 11: return <f64>sample.isAppLimited;
    default: return unreachable();
  }
}

function milliseconds(time: i64): f64 { return time < 0 ? -1 : <f64>time / 1e6; }

export function sampleAddress(): usize { return changetype<usize>(ackSample); }
export function sampleBytes(): usize { return offsetof<AckSample>(); }

export function pass(kind: u32): bool {
  const queue = new Queue();
  queue.kind = kind;
  queue.delay = new Histogram();
  const packet = allocatePacket();
  packet.size = 100;
  pushPacket(queue, packet);
  return changetype<usize>(popPacket(queue)) == changetype<usize>(packet);
}
`;

interface Sender {
  start(controller: number): void;
  at(ms: number): void;
  send(limit: number, window: number): number;
  acknowledge(upTo: number, sackStart: number, sackEnd: number, ceCount: number): number;
  field(index: number): number;
  sampleAddress(): number;
  sampleBytes(): number;
  pass(kind: number): number;
}

const FIELDS = [
  'newlyAcked',
  'newlySacked',
  'newlyDelivered',
  'newlyLost',
  'newlyMarked',
  'rttFirstMs',
  'rttLastMs',
  'priorDelivered',
  'delivered',
  'sendIntervalMs',
  'ackIntervalMs',
  'isAppLimited',
] as const;

let create: () => Sender;
beforeAll(async () => {
  create = await compileAssembly<Sender>(SOURCE);
}, 120_000);

function sampleOf(sender: Sender): Record<string, number> {
  return Object.fromEntries(FIELDS.map((name, index) => [name, sender.field(index)]));
}

describe('what an acknowledgement tells', () => {
  // By hand, after draft-cheng-iccrg-delivery-rate-estimation 3: for each segment as it is sent, in brackets,
  // delivered, deliveredTime, firstSentTime; times in ms.
  it('is what the draft on delivery rates computes', () => {
    const sender = create();
    sender.start(CONTROLLER.reno);
    const rows: Record<string, number>[] = [];
    const ack = (ms: number, upTo: number, sack: readonly [number, number], ceCount: number) => {
      sender.at(ms);
      const next = sender.acknowledge(upTo, ...sack, ceCount);
      rows.push({ ms, next, ...sampleOf(sender) });
    };
    // Nothing is offered when the flow starts: limited until more than one is delivered. 0 to 3 are sent at
    // 0, 1, 2, 3 ms, limited [0, 0, 0].
    for (const ms of [0, 1, 2, 3]) {
      sender.at(ms);
      expect(sender.send(6, ms + 1)).toBe(ms + 1);
    }
    // The window opens to 5: 4 and 5 leave [2, 10, 1]. Nothing more is offered: limited until more than 2 + 4
    // are delivered.
    ack(10, 2, [0, 0], 0);
    ack(13, 2, [3, 4], 0);
    // Three are sacked above 2: it is lost and sent again, limited [5, 20, 10].
    ack(20, 2, [3, 6], 2);
    // More is offered, but the window is full. When it opens, 6 have been delivered, not more: 6 and 7 leave
    // limited [6, 30, 30], the clocks anew because nothing was in flight.
    sender.at(29);
    expect(sender.send(20, 1)).toBe(6);
    ack(30, 6, [0, 0], 3);
    // With the seventh the limit is gone: 8 leaves [7, 40, 30].
    ack(40, 7, [0, 0], 3);
    ack(50, 9, [0, 0], 3);
    expect(rows.map((row) => Object.values(row))).toEqual([
      // ms next acked sacked delivered lost marked rtt rtt prior delivered send ack limited
      [10, 6, 2, 0, 2, 0, 0, 10, 9, 0, 2, 1, 10, 1],
      [13, 6, 0, 1, 1, 0, 0, 10, 10, 0, 3, 3, 13, 1],
      [20, 6, 0, 2, 2, 1, 2, 10, 10, 2, 3, 9, 10, 0],
      [30, 8, 4, 0, 1, 0, 1, -1, -1, 5, 1, 10, 10, 1],
      [40, 9, 1, 0, 1, 0, 0, 10, 10, 6, 1, 0, 10, 1],
      [50, 12, 2, 0, 2, 0, 0, 20, 10, 7, 2, 10, 10, 0],
    ]);
  });

  it('says nothing of the one before where it brings nothing', () => {
    const sender = create();
    sender.start(CONTROLLER.reno);
    sender.send(4, 4);
    sender.at(10);
    sender.acknowledge(2, 0, 0, 1);
    sender.at(11);
    sender.acknowledge(1, 0, 0, 1);
    expect(sampleOf(sender)).toEqual({
      ...Object.fromEntries(FIELDS.map((name) => [name, 0])),
      rttFirstMs: -1,
      rttLastMs: -1,
    });
  });

  it('lies in one cache line', () => {
    const sender = create();
    expect(sender.sampleAddress() % 64).toBe(0);
    expect(sender.sampleBytes()).toBe(64);
  });
});

describe('kinds without a file of their own', () => {
  it('are refused by the controllers: no flow runs as another kind', () => {
    for (const controller of [CONTROLLER.reno, CONTROLLER.cubic]) create().start(controller);
    const unknown = Math.max(...Object.values(CONTROLLER)) + 1;
    expect(() => create().start(unknown)).toThrow(WebAssembly.RuntimeError);
  });

  it('are refused by the queues', () => {
    const [first] = Object.values(QUEUE);
    expect(create().pass(first!)).toBe(1);
    expect(() => create().pass(Math.max(...Object.values(QUEUE)) + 1)).toThrow(WebAssembly.RuntimeError);
  });
});
