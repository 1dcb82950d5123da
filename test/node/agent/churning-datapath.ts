import { createRng, Datapath, encodeMessage, type Rng } from 'mooring';
import { closeSocket, MessageSocket, openSocket, SENT, type SocketDescriptor } from 'mooring/node';

interface Flow {
  readonly sockId: number;
  /** 0 none, 1 throws, 2 blocks, 3 returns a promise: what the soak's algorithm reads from the port. */
  readonly fault: number;
  cwndBytes: number;
  readonly bornUs: number;
}

const NO_FAULT = 9;

/** A datapath whose flows come and go, that says what it should not, and restarts. All by a seed. */
export class ChurningDatapath {
  readonly injected: Record<string, number> = {};
  readonly #flows = new Map<number, Flow>();
  readonly #rng: Rng;
  readonly #descriptor: SocketDescriptor;
  readonly #socket: MessageSocket;
  readonly #agent: number;
  readonly #most: number;
  readonly #buffer: Uint8Array;
  #datapath: Datapath;
  #calm = false;
  #steppedUs = this.#nowUs();
  #blocked = -Infinity;

  constructor({ agent, path, flows, seed }: { agent: string; path: string; flows: number; seed: number }) {
    this.#rng = createRng(seed);
    this.#most = flows;
    this.#descriptor = openSocket('unix', { path });
    this.#socket = new MessageSocket(this.#descriptor);
    this.#buffer = new Uint8Array(this.#socket.receiveBytes);
    this.#agent = this.#socket.peerAt(agent);
    this.#datapath = this.#fresh();
  }

  /** Ends the faults, and the flows that carry one. */
  calm(): void {
    this.#calm = true;
    for (const { sockId, fault } of [...this.#flows.values()]) if (fault !== NO_FAULT) this.#end(sockId);
  }

  /** Flows that do not have the window the algorithm gives. */
  get disobeying(): string[] {
    return [...this.#flows.values()]
      .filter(({ sockId, cwndBytes }) => cwndBytes !== 100_000 + sockId)
      .map(({ sockId, cwndBytes, fault }) => `flow ${sockId} has ${cwndBytes}, fault ${fault}`);
  }

  get allObey(): boolean {
    return this.disobeying.length === 0;
  }

  step(): void {
    // On a busy machine it reads late, and what an agent says meanwhile fills queues.
    const nowUs = this.#nowUs();
    if (nowUs - this.#steppedUs > 20_000) this.#count('lateReads');
    this.#steppedUs = nowUs;
    for (let n = 0; n < 10_000; n += 1) {
      const length = this.#socket.receive(this.#buffer, 0);
      if (length < 0) break;
      this.#datapath.handle(this.#buffer.subarray(0, length), this.#nowUs());
    }
    if (!this.#calm) this.#churn();
    for (const flow of this.#flows.values()) {
      const { cwndBytes, messages } = this.#datapath.invoke(
        flow.sockId,
        { bytesAcked: 1448, packetsAcked: 1, rttSampleUs: 20_000, sndCwnd: flow.cwndBytes },
        this.#nowUs(),
      );
      if (cwndBytes !== undefined) flow.cwndBytes = cwndBytes;
      for (const message of messages) this.#send(message);
    }
  }

  close(): void {
    for (const sockId of [...this.#flows.keys()]) this.#end(sockId);
    closeSocket(this.#descriptor);
  }

  #churn(): void {
    if (this.#flows.size < this.#most) this.#begin();
    if (this.#rng.nextUnit() < 0.1 && this.#flows.size > 0) {
      this.#end([...this.#flows.keys()][this.#rng.nextBelow(this.#flows.size)]!);
    }
    if (this.#rng.nextUnit() < 0.05) this.#misbehave(this.#rng.nextBelow(7));
    // A restart now and then; rare beside the rest, since all flows begin again.
    if (this.#rng.nextUnit() < 0.0005) this.#restart();
  }

  #begin(): void {
    const dice = this.#rng.nextUnit();
    let fault = dice < 0.02 ? 1 : dice < 0.04 ? 3 : NO_FAULT;
    // A worker that blocks takes its time to be replaced: at most one in two seconds.
    if (dice > 0.98 && this.#nowUs() - this.#blocked > 2e6) {
      fault = 2;
      this.#blocked = this.#nowUs();
    }
    if (fault !== NO_FAULT) this.#count(fault === 1 ? 'throws' : fault === 2 ? 'blocks' : 'promises');
    const info = { initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: fault, dstIp: 2, dstPort: 2 };
    const { sockId, message } = this.#datapath.startFlow(info, this.#nowUs());
    this.#flows.set(sockId, { sockId, fault, cwndBytes: 14_480, bornUs: this.#nowUs() });
    this.#send(message);
  }

  #end(sockId: number): void {
    this.#flows.delete(sockId);
    this.#send(this.#datapath.endFlow(sockId, this.#nowUs()).message);
  }

  #misbehave(which: number): void {
    const sockId = 50_000 + this.#rng.nextBelow(1000);
    if (which === 0) {
      this.#count('garbage');
      // Types that exist would create flows nobody ends.
      const bytes = Uint8Array.from({ length: 1 + this.#rng.nextBelow(200) }, () => this.#rng.nextBelow(256));
      bytes[0] = 6 + this.#rng.nextBelow(200);
      this.#send(bytes);
    } else if (which === 1) {
      this.#count('truncated');
      this.#send(
        encodeMessage({ type: 'measure', sid: sockId, programUid: 1, fields: [1, 2, 3] }).subarray(
          0,
          9 + this.#rng.nextBelow(20),
        ),
      );
    } else if (which === 2) {
      this.#count('agentMessages');
      this.#send(encodeMessage({ type: 'updateField', sid: sockId, updates: [] }));
      this.#send(
        encodeMessage({ type: 'install', sid: 0, programUid: 1, events: 0, instructions: 0, rows: new Uint8Array(0) }),
      );
    } else if (which === 3) {
      this.#count('unknown');
      this.#send(encodeMessage({ type: 'measure', sid: sockId, programUid: 1, fields: [1] }));
    } else if (which === 4) {
      this.#count('unknown');
      this.#send(encodeMessage({ type: 'measure', sid: sockId, programUid: 0, fields: [] }));
    } else if (this.#flows.size > 0) {
      this.#count('stale');
      const known = [...this.#flows.keys()][this.#rng.nextBelow(this.#flows.size)]!;
      this.#send(encodeMessage({ type: 'measure', sid: known, programUid: 77, fields: [1] }));
    }
  }

  #restart(): void {
    this.#count('restarts');
    this.#flows.clear();
    this.#datapath = this.#fresh();
  }

  #fresh(): Datapath {
    const datapath = new Datapath({ id: 1, maxFlows: 2 * this.#most + 64, fallbackUs: 500_000, nowUs: this.#nowUs() });
    this.#send(datapath.ready());
    return datapath;
  }

  #send(message: Uint8Array): void {
    if (this.#socket.send(this.#agent, message) !== SENT.OK) this.#datapath?.sendFailed(message, this.#nowUs());
  }

  #count(what: string): void {
    this.injected[what] = (this.injected[what] ?? 0) + 1;
  }

  #nowUs(): number {
    return Math.floor(performance.now() * 1000);
  }
}
