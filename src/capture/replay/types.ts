import type { U64 } from '../../base/index.js';
import type { Engine } from '../../datapath/index.js';
import type { Program } from '../../program/index.js';
import type { ConnectionOptions } from '../capture.js';
import type { Connection } from '../types.js';

/** Which program over which connection. */
export interface CaptureReplayOptions extends ConnectionOptions {
  /** A compiled program or its text; text with errors throws a CompileError. */
  readonly program: Program | string;
  /** Whose data: the direction with more of it where none is given. */
  readonly direction?: 'forward' | 'backward';
  readonly engine?: Engine;
}

/** A report the program would have sent. */
export interface CaptureReplayReport {
  readonly timeUs: number;
  /** The program's report fields by name. */
  readonly fields: Readonly<Record<string, U64>>;
}

/** What a program would have done on the connection's ACKs. */
export interface CaptureReplayResult {
  readonly connection: Connection;
  readonly direction: 'forward' | 'backward';
  /** ACKs of the direction, one invocation each. */
  readonly invocations: number;
  /** Invocations that ended in a libccp error code, by code. */
  readonly errors: Readonly<Record<string, number>>;
  readonly reports: readonly CaptureReplayReport[];
  /** What the program set, where it did: window (bytes) and rate (bytes/s) with the time of each change. */
  readonly decisions: {
    readonly timeUs: readonly number[];
    readonly cwndBytes: readonly number[];
    readonly rateBytesPerSecond: readonly number[];
  };
}
