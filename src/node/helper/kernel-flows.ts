import { execFile } from 'node:child_process';
import { requireHelper } from './find.js';
import { helperFailure } from './run.js';
import { lineFields, notOurs } from './verb-words.js';

/** A flow of this kernel that is under control (`--ipc bpf`), as its last ACK left it. */
export interface KernelFlow {
  /** Tells the datapaths of this machine apart: a number the kernel gives. */
  readonly datapath: number;
  /** The flow's number at its datapath, from 1. */
  readonly sockId: number;
  /** Address and port: `10.0.0.1:5001`, `[fd00::1]:5001`. */
  readonly local: string;
  readonly remote: string;
  readonly cwndBytes: number;
  /** Bytes/s; absent where nothing paces it. */
  readonly rateBytesPerSecond?: number;
  readonly mssBytes: number;
  /** Smoothed, as the kernel has it; absent before the first sample. */
  readonly srttUs?: number;
  /** Packets. */
  readonly inFlight: number;
  readonly delivered: number;
  readonly lost: number;
  /** The program of its last report; absent before the first. */
  readonly programUid?: number;
  /** ACKs for which its program ran, reports it has sent, and runs that ended in an arithmetic error. */
  readonly acks: number;
  readonly reports: number;
  /** Of its reports, those that did not reach the agent: it was slower than they came, or gone. */
  readonly dropped: number;
  readonly errors: number;
  /** How long ago its last report was; absent before the first. */
  readonly reportedUs?: number;
}

/**
 * The flows of this kernel that helpers of this machine have under control. Takes root.
 *
 * Throws MOORING_ERR_HELPER_MISSING, MOORING_ERR_HELPER_UNSUPPORTED without the right, and MOORING_ERR_HELPER_FAILED.
 *
 * @example
 * ```ts fragment
 * for (const { local, remote, cwndBytes } of await kernelFlows()) console.log(local, remote, cwndBytes);
 * ```
 */
export async function kernelFlows(): Promise<KernelFlow[]> {
  const said = await new Promise<string>((resolve, reject) => {
    execFile(requireHelper(), ['flows'], { encoding: 'utf8', maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else reject(helperFailure(typeof error.code === 'number' ? error.code : null, error.signal ?? null, stderr));
    });
  });
  return said.split('\n').filter(Boolean).map(parseFlowLine);
}

/** Reads one line of `mooring-helper flows`. Throws MOORING_ERR_HELPER_PROTOCOL for any other. */
export function parseFlowLine(line: string): KernelFlow {
  const { event, text, number } = lineFields(line);
  if (event !== 'flow') throw notOurs(line);
  // 0 is what the kernel has where it has nothing.
  const known = <Name extends string>(name: Name, value: number) => (value > 0 ? { [name]: value } : {});
  return {
    datapath: number('datapath'),
    sockId: number('sid'),
    local: text('local'),
    remote: text('remote'),
    cwndBytes: number('cwnd'),
    ...known('rateBytesPerSecond', number('rate')),
    mssBytes: number('mss'),
    ...known('srttUs', number('srtt')),
    inFlight: number('flight'),
    delivered: number('delivered'),
    lost: number('lost'),
    ...known('programUid', number('program')),
    acks: number('acks'),
    reports: number('reports'),
    dropped: number('dropped'),
    errors: number('errors'),
    ...(line.includes(' reported=') ? { reportedUs: number('reported') } : {}),
  };
}
