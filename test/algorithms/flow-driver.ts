// One flow of an algorithm without agent and datapath: reports in, windows out.
import {
  type Algorithm,
  createFlowHandler,
  createReportFactory,
  type Fields,
  type FlowControl,
} from '../../src/algorithms/index.js';
import { compileOrThrow, type Scope } from '../../src/program/index.js';

export const MSS = 1000;

/** Fields of a report, windows and bytes in segments; what is left out is 0, or as it last was for `rtt` and `now`. */
export interface Told {
  readonly acked?: number;
  readonly sacked?: number;
  readonly loss?: number;
  readonly timeout?: boolean;
  readonly inflight?: number;
  /** Of these, what was acknowledged while the window was full; all by default. */
  readonly used?: number;
  readonly rttUs?: number;
  readonly nowUs?: number;
}

/** Drives a flow of `algorithm`; windows are in segments. */
export function driveFlow(algorithm: Algorithm, initialCwnd = 10) {
  let scope: Scope | undefined;
  let cwnd = initialCwnd;
  // As a datapath does: what the agent sets of its program comes back with the next report.
  const controls: Record<string, number> = {};
  let last = { rtt: 100_000, now: 0 };
  const apply = (fields: Fields): void => {
    for (const [name, value] of fields instanceof Map ? fields : Object.entries(fields)) {
      if (name === 'Cwnd') cwnd = Number(value) / MSS;
      else controls[name] = Number(value);
    }
  };
  const timers: Array<{ readonly dueUs: number; readonly callback: () => void }> = [];
  const after = (us: number, callback: () => void) => {
    timers.push({ dueUs: last.now + us, callback });
    return { cancel: () => {} };
  };
  const datapath: FlowControl = {
    sockId: 1,
    get scope() {
      return scope;
    },
    install(text, { fields = {} } = {}) {
      scope = compileOrThrow(text).scope;
      apply(fields);
      return scope;
    },
    setProgram: () => {
      throw new Error('none of these algorithms sets a declared program');
    },
    updateField: (name, value) => apply({ [name]: value }),
    updateFields: apply,
    get nowUs() {
      return last.now;
    },
    after,
    every: () => ({ cancel: () => {} }),
    note: () => {},
  };
  const addresses = { srcIp: 1, srcPort: 2, dstIp: 3, dstPort: 4 };
  const flow = createFlowHandler(algorithm, datapath, {
    sockId: 1,
    address: '',
    initCwnd: initialCwnd * MSS,
    mss: MSS,
    ...addresses,
  });
  flow.onCreate?.();
  const report = (told: Told, taken: Readonly<Record<string, number>>): number => {
    last = { rtt: told.rttUs ?? last.rtt, now: told.nowUs ?? last.now };
    const values: Record<string, number> = {
      ...taken,
      ...last,
      acked: (told.acked ?? 0) * MSS,
      sacked: told.sacked ?? 0,
      loss: told.loss ?? 0,
      timeout: Number(told.timeout ?? false),
      inflight: (told.inflight ?? 0) * MSS,
      used: (told.used ?? told.acked ?? 0) * MSS,
    };
    const fields = scope!.reports.map(({ name }) => values[name.replace('Report.', '')] ?? 0);
    flow.onReport(createReportFactory(1, scope!)(fields, cwnd * MSS, 0) as never);
    return cwnd;
  };
  let taken = { ...controls };
  return {
    get cwnd() {
      return cwnd;
    },
    /** A report of a datapath that has taken what the agent set last. Returns the window after it. */
    report(told: Told): number {
      taken = { ...controls };
      return report(told, taken);
    },
    /** A report that left before what the agent set last arrived. */
    reportBefore: (told: Told): number => report(told, taken),
    /** Nothing is heard for `us`: what waits for a time is called. Returns the window after it. */
    silence(us: number): number {
      const endUs = last.now + us;
      while (timers[0] && timers[0].dueUs <= endUs) {
        const { dueUs, callback } = timers.shift()!;
        last = { ...last, now: Math.max(last.now, dueUs) };
        callback();
      }
      last = { ...last, now: endUs };
      return cwnd;
    },
    /** A whole window acknowledged, one round trip after the last report. */
    roundTrip(): number {
      return this.report({ acked: cwnd, inflight: cwnd, nowUs: last.now + last.rtt });
    },
  };
}
