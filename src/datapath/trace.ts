import { toU64 } from '../base/index.js';
import type { TraceStep } from './types.js';

// wasm/vm/trace.ts draws a step.
const STEP_BYTES = 32;

/**
 * The steps of a traced invocation, from the bytes an engine left (wasm/vm/trace.ts draws them); what follows the last
 * whole step is left out.
 *
 * @example
 * ```ts
 * decodeTrace(new Uint8Array(32))[0]?.part; // 'condition'
 * ```
 */
export function decodeTrace(bytes: Uint8Array<ArrayBuffer>): TraceStep[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const steps: TraceStep[] = [];
  for (let at = 0; at + STEP_BYTES <= bytes.length; at += STEP_BYTES) {
    steps.push({
      event: view.getUint16(at, true),
      part: view.getUint8(at + 2) === 0 ? 'condition' : 'body',
      instruction: view.getUint32(at + 4, true),
      left: toU64(view.getBigUint64(at + 8, true)),
      right: toU64(view.getBigUint64(at + 16, true)),
      result: toU64(view.getBigUint64(at + 24, true)),
    });
  }
  return steps;
}
