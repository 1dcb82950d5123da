import {
  type FlowChanges,
  type FlowIdentity,
  flowRows,
  type LiveFrame,
  type ShownFlow,
  type WatchedProgram,
} from '../../agent/index.js';
import { endpointText } from '../../algorithms/index.js';

/** What a frame tells of the flows. */
export type FlowNews = Pick<LiveFrame, 'began' | 'ended' | 'programs' | 'rows' | 'left'>;

/**
 * The flows of an agent's threads as viewers know them: under one number each, whichever thread has it. It holds those that
 * are there, and nothing of those that were.
 */
export class LiveFlows {
  readonly #flows = new Map<number, { readonly flow: ShownFlow; row: readonly (number | null)[] }>();
  /** Flows by datapath and number there. */
  readonly #byName = new Map<string, number>();
  readonly #programs = new Map<number, WatchedProgram>();
  /** By thread: our number of a flow by that thread's. */
  readonly #numbers: Map<number, number>[] = [];
  /** Of threads that were replaced: what goes on there begins again. */
  readonly #lost: number[] = [];
  #count = 0;

  /** Entries that are held, of whatever kind. */
  get held(): number {
    const numbers = this.#numbers.reduce((sum, { size }) => sum + size, 0);
    return this.#flows.size + this.#byName.size + this.#programs.size + numbers + this.#lost.length;
  }

  /** Takes what each thread says, in the order of threads. */
  take(all: readonly FlowChanges[]): FlowNews {
    const ended: number[] = [];
    const began: ShownFlow[] = [];
    const programs: WatchedProgram[] = [];
    const rows: (number | null)[] = [];
    let left = 0;
    for (const flow of this.#lost.splice(0)) this.#end(flow, ended);
    all.forEach((changes, thread) => {
      this.#numbers[thread] ??= new Map();
      left += changes.left;
      this.#take(changes, this.#numbers[thread], { began, ended, programs, rows });
    });
    return { began, ended, programs, rows, left };
  }

  /** All there is, for one who has nothing yet or missed some. */
  all(): Pick<FlowNews, 'began' | 'programs' | 'rows'> {
    const flows = [...this.#flows.values()];
    return {
      began: flows.map(({ flow }) => flow),
      programs: [...this.#programs.values()],
      rows: flows.flatMap(({ row }) => row),
    };
  }

  /** Another thread took over: what it does not have is over. */
  replaced(thread: number): void {
    const numbers = this.#numbers[thread];
    this.#lost.push(...(numbers?.values() ?? []));
    numbers?.clear();
  }

  clear(): void {
    this.#flows.clear();
    this.#byName.clear();
    this.#programs.clear();
    this.#numbers.length = 0;
    this.#lost.length = 0;
  }

  #take(
    changes: FlowChanges,
    numbers: Map<number, number>,
    into: { began: ShownFlow[]; ended: number[]; programs: WatchedProgram[]; rows: (number | null)[] },
  ): void {
    for (const number of changes.ended) {
      this.#end(numbers.get(number), into.ended);
      numbers.delete(number);
    }
    for (const { number, algorithm, info } of changes.began) {
      const { address, sockId, initCwnd, mss } = info;
      // One that another thread took over, or whose number was given again.
      this.#end(this.#byName.get(nameOf({ address, sockId })), into.ended);
      const flow: ShownFlow = {
        ...{ flow: this.#count, address, sockId, algorithm, initCwnd, mss },
        from: info.srcIp === 0 ? null : endpointText(info.srcIp, info.srcPort),
        to: info.dstIp === 0 ? null : endpointText(info.dstIp, info.dstPort),
      };
      this.#count += 1;
      numbers.set(number, flow.flow);
      this.#flows.set(flow.flow, { flow, row: [] });
      this.#byName.set(nameOf(flow), flow.flow);
      into.began.push(flow);
    }
    for (const program of changes.programs) {
      if (!this.#programs.has(program.uid)) into.programs.push(program);
      this.#programs.set(program.uid, program);
    }
    for (const { number, reports, cwndBytes, rateBytesPerSecond, programUid, last, sums } of flowRows(changes.rows)) {
      const flow = this.#flows.get(numbers.get(number) ?? -1);
      if (!flow) continue;
      const head = [flow.flow.flow, reports, cwndBytes, rateBytesPerSecond, programUid, last.length, ...last, ...sums];
      flow.row = head.map((value) => (Number.isFinite(value) ? value : null));
      for (const value of flow.row) into.rows.push(value);
    }
  }

  #end(flow: number | undefined, gone: number[]): void {
    const found = flow === undefined ? undefined : this.#flows.get(flow)?.flow;
    if (!found) return;
    this.#flows.delete(found.flow);
    if (this.#byName.get(nameOf(found)) === found.flow) this.#byName.delete(nameOf(found));
    gone.push(found.flow);
  }
}

function nameOf({ address, sockId }: FlowIdentity): string {
  return `${sockId} ${address}`;
}
