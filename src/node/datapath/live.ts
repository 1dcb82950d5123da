import { Datapath, type ProgramStop } from '../../datapath/index.js';
import {
  closeSocket,
  MessageSocket,
  type OpenSocketOptions,
  openSocket,
  SENT,
  type SocketDescriptor,
} from '../helper/index.js';
import { clockUs } from '../process/index.js';
import { Bottleneck, type BottleneckOptions, type Sender, type Step } from './bottleneck.js';

/** What a {@link LiveDatapath} is made with. */
export interface LiveDatapathOptions extends BottleneckOptions {
  /** Where the agent listens: `/tmp/ccp/portus`. */
  readonly agent: string;
  /** Where this datapath listens; agents answer there. */
  readonly path: string;
  readonly socket?: OpenSocketOptions;
  /** Told in READY. */
  readonly id?: number;
  readonly flows: number;
  /** What each flow asks for in its CREATE. */
  readonly congAlg?: string;
  readonly mss?: number;
  /** How often ACKs come, µs; 2000 by default. */
  readonly tickUs?: number;
  /** How long an agent that cannot be reached may stay silent before flows fall back, µs; 1 s by default. */
  readonly fallbackUs?: number;
}

/** One flow as it stands. */
export interface LiveFlow {
  /** Its number. */
  readonly sockId: number;
  readonly cwndBytes: number;
  readonly rateBytesPerSecond: number;
  readonly ackedBytes: number;
  readonly lostPackets: number;
  readonly reports: number;
}

/** A live datapath as it stands. */
export interface LiveDatapathState {
  readonly elapsedUs: number;
  readonly rttUs: number;
  readonly queuedBytes: number;
  readonly messagesSent: number;
  readonly messagesReceived: number;
  readonly messagesRefused: number;
  readonly sendFailures: number;
  readonly fallback: boolean;
  readonly flows: readonly LiveFlow[];
  /** Arithmetic errors of programs, each place once over all flows; what ended flows had is counted on. */
  readonly programStops: readonly ProgramStop[];
}

/** How often a datapath without an agent looks for one, µs. */
const SEEK_US = 1_000_000;
/** How often without READY: a slow agent replaces a worker that blocks within 2 s. */
const PATIENT_TRIES = 4;
/** Flows served between two looks at the socket: its queue holds few messages, and the agent has one for every flow. */
const FLOWS_BETWEEN_READS = 8;

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
 * of its program, messages to whatever CCP agent listens. It waits for an agent (a CREATE is tried again
 * every 100 ms, and once a second in fallback), and for one that comes back.
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
  /** How often an agent was looked for since one was heard. */
  #sought = 0;
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
  #failures = 0;

  /** Opens the socket. Throws what `openSocket` throws. */
  constructor(options: LiveDatapathOptions) {
    this.#options = options;
    const { id = 1, flows, fallbackUs = 1_000_000 } = options;
    this.#datapath = new Datapath({ id, maxFlows: Math.max(1024, flows), maxPrograms: 64, fallbackUs });
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
    // Once, as libccp: an agent that starts later learns of this datapath from a CREATE.
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
    if (this.#datapath.isInFallback(nowUs)) this.#seek(nowUs);
    else this.#sought = 0;
    const us = Math.min(nowUs - this.#lastUs, 100_000);
    this.#lastUs = nowUs;
    const { mss = 1448 } = this.#options;
    this.#bottleneck.step(this.#flows, this.#steps, us);
    const rttSampleUs = Math.round(this.#bottleneck.rttUs);
    const count = this.#flows.length;
    this.#first = (this.#first + 1 + Math.floor(count / 7)) % Math.max(1, count);
    for (let turn = 0; turn < count; turn += 1) {
      if (turn % FLOWS_BETWEEN_READS === 0) this.#read();
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
  }

  #read(): void {
    const buffer = this.#buffer;
    for (let length = this.#socket.receive(buffer, 0); length >= 0; length = this.#socket.receive(buffer, 0)) {
      this.#received += 1;
      if (this.#datapath.handle(buffer.subarray(0, length), this.#nowUs()) !== 0) this.#refused += 1;
    }
  }

  /**
   * Looks for an agent while there is none: libccp waits for a message, and an agent that starts sends none to whom it
   * does not know. The CREATE of one flow is enough: a new agent answers with its programs, and INSTALL of uid 1 has
   * every flow announced again; an old one that was only slow begins that flow anew and keeps the others. READY, which
   * would end them all there, goes before it when that did not help: some agents install nothing without one.
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
    flow.reports += messages.length;
    for (const message of messages) this.#send(message);
  }

  #send(message: Uint8Array): void {
    if (this.#socket.send(this.#agent, message) === SENT.OK) {
      this.#sent += 1;
      return;
    }
    this.#failures += 1;
    this.#datapath.sendFailed(message, this.#nowUs());
  }

  #nowUs(): number {
    return Math.floor(clockUs() - this.#startUs);
  }
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
