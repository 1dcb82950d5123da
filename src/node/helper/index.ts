/**
 * The door to the helper: finds it, opens sockets to datapaths through its addon, and runs the
 * program where privilege or another process is needed. In: which transport, where. Out: message
 * sockets and the processes it started. It knows nothing of what the messages say.
 */
export { type BuiltHelper, buildHelper } from './build.js';
export {
  type CaptureLine,
  type CaptureOptions,
  type CaptureTotals,
  captureArguments,
  parseCaptureLine,
} from './capture-words.js';
export { checkHelper, type HelperCheck } from './check.js';
export { type DelayLine, type DelayOptions, delayArguments, parseDelayLine } from './delay-words.js';
export { findHelper, type HelperLocation, type HelperOrigin, requireHelper } from './find.js';
export { encodeFrame, type Frame, FrameReader } from './frames.js';
export { type KernelFlow, kernelFlows, parseFlowLine } from './kernel-flows.js';
export { type EndpointKind, type IpcKind, isIpcKind, KINDS, type OpenSocketOptions } from './kinds.js';
export { type LaunchedProcess, type LaunchOptions, launchWithSocket } from './launch.js';
export { canWatch, MessageSocket, OTHER_END_GONE, RECEIVED, SENT } from './message-socket.js';
export { relaunchWithSocket, wantsRelaunch } from './relaunch.js';
export { Relay, type RelayListener } from './relay.js';
export type { HelperRunOptions } from './run.js';
export { closeSocket, inheritedSocket, openSocket, type SocketDescriptor, wakeSocket } from './socket.js';
