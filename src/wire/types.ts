import type { ErrorCode, U64 } from '../base/index.js';

// The messages of the CCP wire protocol as values. spec/wire.md draws their bytes.

/** What a datapath tells of a new flow. Addresses and ports as the datapath stores them (the kernel: network byte order). */
export interface FlowInfo {
  /** Initial congestion window, bytes. */
  readonly initCwnd: number;
  /** Maximum segment size, bytes. */
  readonly mss: number;
  readonly srcIp: number;
  readonly srcPort: number;
  readonly dstIp: number;
  readonly dstPort: number;
  /** The algorithm the flow asks for, at most 63 bytes of UTF-8; absent where it asks for none. */
  readonly congAlg?: string;
}

/** One register to set: a control register, or Cwnd (implicit 4) or Rate (implicit 5). */
export interface FieldUpdate {
  readonly registerType: number;
  readonly index: number;
  readonly value: U64;
}

/** Any message of the protocol. */
export type Message =
  | ({ readonly type: 'create'; readonly sid: number } & FlowInfo)
  | { readonly type: 'measure'; readonly sid: number; readonly programUid: number; readonly fields: readonly U64[] }
  | {
      readonly type: 'install';
      readonly sid: number;
      readonly programUid: number;
      readonly events: number;
      readonly instructions: number;
      readonly rows: Uint8Array;
    }
  | { readonly type: 'updateField'; readonly sid: number; readonly updates: readonly FieldUpdate[] }
  | {
      readonly type: 'changeProg';
      readonly sid: number;
      readonly programUid: number;
      readonly updates: readonly FieldUpdate[];
    }
  | { readonly type: 'ready'; readonly id: number };

/** A message and how many bytes it took, or why there is none. */
export type Decoded =
  | { readonly ok: true; readonly message: Message; readonly bytes: number }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string /** Bytes to skip to the next message; all of them where framing is lost. */;
      readonly bytes: number;
    };
