import { EXTRA_PRIMITIVES } from '../../base/index.js';
import { Datapath, type ProgramStop } from '../../datapath/index.js';
import { MESSAGE } from '../../generated/wire.js';
import { installUid, messageType } from '../../wire/index.js';
import { closeSocket, MessageSocket, openSocket, SENT, type SocketDescriptor } from '../helper/index.js';
import { clockUs } from '../process/index.js';
import { Bottleneck, type Sender, type Step } from './bottleneck.js';
import { Outgoing, type Sent } from './outgoing.js';
import type { LiveDatapathOptions, LiveDatapathState } from './types.js';

/** How often a datapath speaks to an agent that is there and silent, µs. */
const SEEK_US = 1_000_000;
/** How often it is looked whether the agent is there: flows without a program send nothing that would tell; and when it was not. */
const LOOK_US = 200_000;
const LOOK_FOR_US = 50_000;
/** What an agent that is there again has to answer its flows before it counts as one that knows none, µs. */
const WORD_US = 1_000_000;
/** How often without READY: a slow agent replaces a worker that blocks within 2 s. */
const PATIENT_TRIES = 4;
/** Flows served between two looks at the socket: its queue holds few messages, and the agent has one for every flow. */
const FLOWS_BETWEEN_READS = 8;
/** How often a full queue is looked at in a row before it is left until the next step. */
const IDLE_DRAINS = 50;

interface Flow extends Sender {
  sockId: number;
  create: Uint8Array;
  ackedBytes: number;
  lostPackets: number;
  reports: number;
  /** Fractions of a packet kept for the next step. */
  unacked: number;
  unlost: number;
}

/**
 * Our datapath behind a real datagram socket, in real time: flows over a bottleneck, each ACK an invocation
 * of its program, messages to whatever CCP agent listens. It waits for an agent, and announces every
 * flow to one that comes after it and does not know them.
 *
 * @example
 * ```ts
 * const path = { agent: '/tmp/ccp/portus', path: `/tmp/ccp/live-${process.pid}` };
 * const link = { rateBytesPerSecond: 1.5e6, rttUs: 40_000, queueBytes: 60_000 };
 * const datapath = new LiveDatapath({ ...path, ...link, flows: 2 });
 * datapath.start();
 * console.log(datapath.state().flows.length);
 * datapath.close();
 * ```
 */
export class LiveDatapath implements Disposable {
  readonly #options: LiveDatapathOptions;
  readonly #datapath: Datapath;
  readonly #bottleneck: Bottleneck;
  readonly #descriptor: SocketDescriptor;
  readonly #socket: MessageSocket;
  readonly #flows: Flow[] = [];
  readonly #steps: Step[] = [];
  readonly #startUs = clockUs();
  readonly #agent: number;
  #lastUs = 0;
  #seekAtUs = 0;
  #lookAtUs = 0;
  /** How often an agent was looked for since one was heard. */
  #sought = 0;
  /** Nobody is at the agent's address. */
  #alone = false;
  /** Since when somebody is there again who has said nothing yet; undefined where nobody is waited for. */
  #backAtUs: number | undefined;
  readonly #outgoing = new Outgoing((message) => this.#try(message));
  #draining: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  readonly #buffer: Uint8Array;
  /** The flow whose turn is first: whoever comes late finds the agent's queue full. */
  #first = 0;
  /** Arithmetic errors of flows that have ended. */
  #ended: readonly ProgramStop[] = [];
  #sent = 0;
  #received = 0;
  #refused = 0;
  readonly #missing = new Set<string>();
  #failures = 0;

  /** Opens the socket. Throws what `openSocket` throws. */
  constructor(options: LiveDatapathOptions) {
    this.#options = options;
    const { id = 1, flows, fallbackUs = 1_000_000 } = options;
    const size = { maxFlows: Math.max(1024, flows), maxPrograms: 64 };
    this.#datapath = new Datapath({ id, ...size, fallbackUs, primitives: EXTRA_PRIMITIVES });
    this.#bottleneck = new Bottleneck(options);
    this.#descriptor = openSocket('unix', { ...options.socket, path: options.path });
    this.#socket = new MessageSocket(this.#descriptor);
    this.#agent = this.#socket.peerAt(options.agent);
    this.#buffer = new Uint8Array(this.#socket.receiveBytes);
  }

  /** Begins: READY, then a CREATE for every flow. */
  start(): void {
    this.#socket.watch(() => this.#read());
    this.#lastUs = this.#nowUs();
    this.#send(this.#datapath.ready());
    for (let i = 0; i < this.#options.flows; i += 1) this.addFlow();
    this.#timer = setInterval(() => this.#step(), Math.max(1, (this.#options.tickUs ?? 2000) / 1000));
  }

  /** Another flow; its number. */
  addFlow(): number {
    const { mss = 1448, congAlg } = this.#options;
    const index = this.#flows.length;
    const info = {
      initCwnd: 10 * mss,
      mss,
      srcIp: 0x0100_000a,
      srcPort: 40_000 + (index % 20_000),
      dstIp: 0x0200_000a,
      dstPort: 5001,
    };
    const { sockId, message } = this.#datapath.startFlow(
      { ...info, ...(congAlg === undefined ? {} : { congAlg }) },
      this.#nowUs(),
    );
    this.#flows.push({
      sockId,
      create: message,
      cwndBytes: 10 * mss,
      rateBytesPerSecond: 0,
      ackedBytes: 0,
      lostPackets: 0,
      reports: 0,
      unacked: 0,
      unlost: 0,
    });
    this.#steps.push({ ackedBytes: 0, lostBytes: 0 });
    this.#send(message);
    return sockId;
  }

  endFlow(sockId: number): void {
    const index = this.#flows.findIndex((flow) => flow.sockId === sockId);
    if (index < 0) return;
    this.#ended = sumStops([...this.#ended, ...this.#datapath.flow(sockId).programStops()]);
    this.#flows.splice(index, 1);
    this.#steps.pop();
    this.#send(this.#datapath.endFlow(sockId, this.#nowUs()).message);
  }

  state(): LiveDatapathState {
    return {
      elapsedUs: this.#nowUs(),
      rttUs: this.#bottleneck.rttUs,
      queuedBytes: this.#bottleneck.queuedBytes,
      messagesSent: this.#sent,
      messagesReceived: this.#received,
      messagesRefused: this.#refused,
      missingPrimitives: [...this.#missing],
      sendFailures: this.#failures,
      fallback: this.#datapath.isInFallback(this.#nowUs()),
      programStops: this.#stops(),
      flows: this.#flows.map(({ sockId, cwndBytes, rateBytesPerSecond, ackedBytes, lostPackets, reports }) => ({
        ...{ sockId, cwndBytes, rateBytesPerSecond, ackedBytes: Math.floor(ackedBytes), lostPackets, reports },
      })),
    };
  }

  /** Ends every flow and closes the socket. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    for (const { sockId } of [...this.#flows]) this.endFlow(sockId);
    if (this.#draining) clearImmediate(this.#draining);
    this.#socket.unwatch();
    closeSocket(this.#descriptor);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #stops(): ProgramStop[] {
    const open = this.#flows.flatMap(({ sockId }) => this.#datapath.flow(sockId).programStops());
    return sumStops([...this.#ended, ...open]);
  }

  #step(): void {
    const nowUs = this.#nowUs();
    if (nowUs >= this.#lookAtUs) this.#look(nowUs);
    if (this.#backAtUs !== undefined) {
      if (nowUs - this.#backAtUs >= WORD_US) this.#beginAnew();
    } else if (!this.#alone && this.#datapath.isInFallback(nowUs)) this.#seek(nowUs);
    else this.#sought = 0;
    const us = Math.min(nowUs - this.#lastUs, 100_000);
    this.#lastUs = nowUs;
    const { mss = 1448 } = this.#options;
    this.#bottleneck.step(this.#flows, this.#steps, us);
    const rttSampleUs = Math.round(this.#bottleneck.rttUs);
    const count = this.#flows.length;
    this.#first = (this.#first + 1 + Math.floor(count / 7)) % Math.max(1, count);
    for (let turn = 0; turn < count; turn += 1) {
      if (turn % FLOWS_BETWEEN_READS === 0) this.#exchange();
      const index = (this.#first + turn) % count;
      const flow = this.#flows[index]!;
      const step = this.#steps[index]!;
      flow.unacked += step.ackedBytes;
      flow.unlost += step.lostBytes;
      const packetsAcked = Math.floor(flow.unacked / mss);
      const lostPktsSample = Math.floor(flow.unlost / mss);
      if (packetsAcked === 0 && lostPktsSample === 0) continue;
      flow.unacked -= packetsAcked * mss;
      flow.unlost -= lostPktsSample * mss;
      flow.ackedBytes += packetsAcked * mss;
      flow.lostPackets += lostPktsSample;
      const rate = us > 0 ? Math.round((step.ackedBytes / us) * 1e6) : 0;
      this.#invoke(flow, { bytesAcked: packetsAcked * mss, packetsAcked, lostPktsSample, rttSampleUs, rate }, nowUs);
    }
    this.#drainLater(IDLE_DRAINS);
  }

  #exchange(): number {
    this.#read();
    return this.#outgoing.isWaiting ? (this.#outgoing.drain() ?? 0) : 0;
  }

  /** The event loop cannot wait for room in another's queue: looks at it again, for a while. */
  #drainLater(turns: number): void {
    if (turns === 0 || !this.#outgoing.isWaiting || this.#draining !== undefined) return;
    this.#draining = setImmediate(() => {
      this.#draining = undefined;
      this.#drainLater(this.#exchange() > 0 ? IDLE_DRAINS : turns - 1);
    });
  }

  #read(): void {
    const buffer = this.#buffer;
    for (let length = this.#socket.receive(buffer, 0); length >= 0; length = this.#socket.receive(buffer, 0)) {
      this.#received += 1;
      const message = buffer.subarray(0, length);
      const isBack = this.#alone || this.#backAtUs !== undefined;
      this.#alone = false;
      this.#backAtUs = undefined;
      if (this.#datapath.handle(message, this.#nowUs()) !== 0) {
        this.#refused += 1;
        for (const name of this.#datapath.missingPrimitives) this.#missing.add(name);
      }
      // It has just started. Flows that have no program yet are not announced again for its program 1.
      if (isBack && isFirstProgram(message)) this.#announceAll();
    }
  }

  #look(nowUs: number): void {
    if (this.#socket.isGone(this.#agent)) this.#leftAlone(nowUs);
    else if (this.#alone) this.#isThereAgain(nowUs);
    this.#lookAtUs = nowUs + (this.#alone ? LOOK_FOR_US : LOOK_US);
  }

  #leftAlone(nowUs: number): void {
    this.#alone = true;
    this.#backAtUs = undefined;
    this.#lookAtUs = Math.min(this.#lookAtUs, nowUs + LOOK_FOR_US);
  }

  /**
   * It may be the agent whose socket another process holds and had to open again: that one knows its flows, answers their
   * reports, and a READY would end them there. An agent that has just started sends its programs by itself, or
   * says nothing. Where no flow has reported there is nothing to lose.
   */
  #isThereAgain(nowUs: number): void {
    this.#alone = false;
    this.#backAtUs = nowUs;
    if (this.#flows.every(({ reports }) => reports === 0)) this.#beginAnew();
  }

  #beginAnew(): void {
    this.#backAtUs = undefined;
    this.#seekAtUs = this.#nowUs() + SEEK_US;
    this.#outgoing.send(this.#datapath.ready(), false);
    this.#announceAll();
  }

  #announceAll(): void {
    for (const { create } of this.#flows) this.#datapath.sendFailed(create, this.#nowUs());
  }

  /**
   * Looks for an agent where messages are taken and nothing is said: one that is slow, or new at a socket that was kept
   * for it, which sends nothing to whom it does not know. The CREATE of one flow is enough: a new agent answers with its
   * programs, and INSTALL of uid 1 has every flow announced again; an old one begins that flow anew and keeps the
   * others. READY, which would end them all there, goes before it when that did not help: some agents install nothing
   * without one.
   */
  #seek(nowUs: number): void {
    if (nowUs < this.#seekAtUs) return;
    this.#seekAtUs = nowUs + SEEK_US;
    this.#sought += 1;
    if (this.#sought > PATIENT_TRIES) this.#send(this.#datapath.ready());
    const flow = this.#flows[this.#sought % this.#flows.length];
    if (flow) this.#send(flow.create);
  }

  #invoke(
    flow: Flow,
    ack: { bytesAcked: number; packetsAcked: number; lostPktsSample: number; rttSampleUs: number; rate: number },
    nowUs: number,
  ): void {
    const { rate, ...sample } = ack;
    const { mss = 1448 } = this.#options;
    const { cwndBytes, rateBytesPerSecond, messages } = this.#datapath.invoke(
      flow.sockId,
      {
        ...sample,
        srttUs: Math.round(this.#bottleneck.srttUs),
        minRttUs: Math.round(this.#bottleneck.minRttUs),
        // Nothing is out of order here, nothing is marked, and there is always something to send.
        delivered: sample.bytesAcked,
        rateOutgoing: rate,
        rateIncoming: rate,
        bytesInFlight: flow.cwndBytes,
        packetsInFlight: Math.floor(flow.cwndBytes / mss),
        sndCwnd: flow.cwndBytes,
        sndRate: flow.rateBytesPerSecond,
      },
      Math.floor(nowUs),
    );
    if (cwndBytes !== undefined) flow.cwndBytes = cwndBytes;
    if (rateBytesPerSecond !== undefined) flow.rateBytesPerSecond = rateBytesPerSecond;
    for (const message of messages) {
      const isReport = messageType(message) === MESSAGE.MEASURE;
      if (this.#send(message, isReport) !== 'gone' && isReport) flow.reports += 1;
    }
  }

  #send(message: Uint8Array, isReport = false): Sent {
    const became = this.#outgoing.send(message, isReport);
    if (became === 'sent') return became;
    if (became === 'gone') this.#failures += 1;
    // A CREATE that waits is on its way. A report that waits begins the time after which the agent counts as silent.
    if (became === 'gone' || isReport) this.#datapath.sendFailed(message, this.#nowUs());
    return became;
  }

  #try(message: Uint8Array): Sent {
    const result = this.#socket.send(this.#agent, message);
    if (result === SENT.OK) {
      this.#sent += 1;
      if (this.#alone) this.#lookAtUs = 0;
      return 'sent';
    }
    if (result === SENT.FULL) return 'full';
    this.#leftAlone(this.#nowUs());
    return 'gone';
  }

  #nowUs(): number {
    return Math.floor(clockUs() - this.#startUs);
  }
}

/** INSTALL of uid 1, which comes from an agent that has just started. */
function isFirstProgram(message: Uint8Array): boolean {
  return messageType(message) === MESSAGE.INSTALL && installUid(message) === 1;
}

/** Each place once. */
function sumStops(stops: readonly ProgramStop[]): ProgramStop[] {
  const places = new Map<string, ProgramStop>();
  for (const stop of stops) {
    const place = `${stop.programUid}:${stop.instruction}:${stop.code}`;
    places.set(place, { ...stop, times: stop.times + (places.get(place)?.times ?? 0) });
  }
  return [...places.values()];
}
