import {
  type DatapathInstance,
  instantiateDatapath,
  linkPrograms,
  type SimInstance,
  writeInput,
} from '../../../src/core/index.js';
import { REG } from '../../../src/generated/isa.js';
import { MESSAGE } from '../../../src/generated/wire.js';
import { encodeMessage, type Message, messageType } from '../../../src/wire/index.js';
import type { Rows } from '../../datapath/programs.js';
import type { TraceStep } from './arbitrary.js';

/** Has the newest program of `wasm`, the one of the INSTALL in `bytes`, run by an engine of its own. */
type Link = (wasm: DatapathInstance | SimInstance, bytes: Uint8Array) => void;

/** The virtual machine through its raw exports, with every register in sight. */
export class Machine {
  #datapath = 0;

  constructor(
    readonly engine: 'jit' | 'interpreter' | Link,
    readonly wasm: DatapathInstance | SimInstance = instantiateDatapath(),
  ) {}

  /** A fresh datapath with one flow and `programs` as uid 1, 2 …; the flow runs the first. */
  start(programs: readonly Rows[]): number[] {
    if (this.#datapath) this.wasm.vmDestroy(this.#datapath);
    this.#datapath = this.wasm.vmCreate(7, 4, 10, 1000, 0);
    this.wasm.vmOffer(this.#datapath, 0xffff_ffff);
    const flow = { initCwnd: 14480, mss: 1448, srcIp: 1, srcPort: 2, dstIp: 3, dstPort: 4 };
    writeInput(this.wasm, encodeMessage({ type: 'create', sid: 0, ...flow }).subarray(8));
    this.wasm.vmStartFlow(this.#datapath, 0);
    const codes = programs.map((program, index) =>
      this.handle({ type: 'install', sid: 0, programUid: index + 1, ...program }),
    );
    return [...codes, this.handle({ type: 'changeProg', sid: 1, programUid: 1, updates: [] })];
  }

  handle(message: Message): number {
    return this.handleBytes(encodeMessage(message));
  }

  handleBytes(bytes: Uint8Array): number {
    writeInput(this.wasm, bytes);
    const code = this.wasm.vmHandle(this.#datapath);
    if (this.engine === 'jit') {
      const refused = linkPrograms(this.wasm);
      if (refused) throw refused;
    } else if (this.engine !== 'interpreter' && code === 0 && messageType(bytes) === MESSAGE.INSTALL) {
      this.engine(this.wasm, bytes);
    }
    return code;
  }

  /** Everything an ACK leaves behind: the code, what was set, the messages, all registers. */
  step(nowUs: number, { primitives, updates, changeTo }: TraceStep, traced = false) {
    if (changeTo) this.handle({ type: 'changeProg', sid: 1, programUid: changeTo, updates: updates ?? [] });
    else if (updates) this.handle({ type: 'updateField', sid: 1, updates });
    const { wasm } = this;
    const flow = wasm.vmFlow(this.#datapath, 1);
    const view = new DataView(wasm.memory.buffer);
    for (const [index, value] of primitives.entries()) {
      view.setBigUint64(flow + wasm.VM_PRIMITIVES.value + 8 * index, value, true);
    }
    const code = (traced ? wasm.vmTrace : wasm.vmInvoke)(wasm.vmSlot(this.#datapath, 1), nowUs);
    const outcome = flow + wasm.VM_OUTCOME.value;
    const did = view.getUint32(outcome, true);
    const outbox = wasm.vmOutboxPointer(this.#datapath);
    return {
      code,
      cwnd: did & 1 ? view.getUint32(outcome + 4, true) : undefined,
      rate: did & 2 ? view.getUint32(outcome + 8, true) : undefined,
      sent: Buffer.from(wasm.memory.buffer, outbox, wasm.vmOutboxLength(this.#datapath)).toString('hex'),
      registers: this.#registers(flow),
    };
  }

  register(type: number, index: number): bigint {
    const flow = this.wasm.vmFlow(this.#datapath, 1);
    return new DataView(this.wasm.memory.buffer).getBigUint64(flow + this.wasm.vmRegisterOffset(type, index), true);
  }

  #registers(flow: number): string {
    const from = flow + this.wasm.vmRegisterOffset(REG.IMPLICIT, 0);
    const to = flow + this.wasm.vmRegisterOffset(REG.REPORT, this.wasm.vmRegisterRows(flow));
    return Buffer.from(this.wasm.memory.buffer.slice(from, to)).toString('hex');
  }
}
