import { type CaptureExports, hex } from '../generated/wasm/capture.js';
import { instantiate } from './instance.js';

/** One owner's instance of the module for captures. */
export type CaptureInstance = CaptureExports;

// A file a module: who needs one of them carries one of them.
export function instantiateCapture(): CaptureInstance {
  return instantiate('capture', hex) as CaptureInstance;
}
