import { expect } from 'vitest';
import type { Agent, AgentEvent, AgentOutputs } from '../../src/agent/index.js';
import { decodeMessage, encodeMessage, type Message } from '../../src/wire/index.js';

/** The datapath's side of a test, in words: what it says to an agent, and what it hears. */
export class DatapathBytes {
  readonly heard: Message[] = [];
  readonly events: AgentEvent[] = [];
  nowUs = 1_000;

  constructor(
    readonly agent: Agent,
    readonly address = '/tmp/ccp/dp',
  ) {}

  say(message: Message): this {
    return this.bytes(encodeMessage(message));
  }

  bytes(bytes: Uint8Array): this {
    return this.take(this.agent.handle(bytes, this.address, this.nowUs));
  }

  ready(id = 7): this {
    return this.say({ type: 'ready', id });
  }

  create(sid: number, congAlg?: string): this {
    const flow = { initCwnd: 14480, mss: 1448, srcIp: 0x0100007f, srcPort: 1, dstIp: 0x0200007f, dstPort: 2 };
    return this.say({ type: 'create', sid, ...flow, ...(congAlg === undefined ? {} : { congAlg }) });
  }

  report(sid: number, programUid: number, ...fields: (number | bigint)[]): this {
    return this.say({ type: 'measure', sid, programUid, fields });
  }

  end(sid: number): this {
    return this.report(sid, 0);
  }

  /** Lets time pass and the agent's timers run. */
  wait(us: number): this {
    const until = this.nowUs + us;
    for (let next = this.agent.nextWakeupUs(); next <= until; next = this.agent.nextWakeupUs()) {
      this.nowUs = Math.max(this.nowUs, next);
      this.take(this.agent.tick(this.nowUs));
      expect(this.agent.nextWakeupUs()).toBeGreaterThan(next);
    }
    this.nowUs = until;
    return this.take(this.agent.tick(until));
  }

  take(outputs: AgentOutputs): this {
    for (const { address, bytes } of outputs.messages) {
      if (address !== this.address) continue;
      const decoded = decodeMessage(bytes);
      if (!decoded.ok || decoded.bytes !== bytes.length) throw new Error('the agent sent no single message');
      this.heard.push(decoded.message);
    }
    this.events.push(...outputs.events);
    return this;
  }

  /** What was heard since the last call, a line each: `install 1`, `changeProg 1 #1 2:4=14480`. */
  lines(): string[] {
    return this.heard.splice(0).map((message) => {
      if (message.type === 'install') return `install ${message.programUid}`;
      if (message.type !== 'changeProg' && message.type !== 'updateField') return message.type;
      const program = message.type === 'changeProg' ? ` ${message.programUid}` : '';
      const updates = message.updates.map(({ registerType, index, value }) => ` ${registerType}:${index}=${value}`);
      return `${message.type}${program} #${message.sid}${updates.join('')}`;
    });
  }

  /** Kinds of the events since the last call. */
  told(): string[] {
    return this.events.splice(0).map(({ kind }) => kind);
  }
}
