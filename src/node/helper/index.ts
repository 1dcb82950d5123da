/**
 * The door to the helper: finds it, opens sockets to datapaths through its addon, and runs the
 * program where privilege or another process is needed. In: which transport, where. Out: message
 * sockets and the processes it started. It knows nothing of what the messages say.
 */
export { findHelper, type HelperLocation, howToGetIt, requireHelper } from './find.js';
export { encodeFrame, type Frame, FrameReader } from './frames.js';
export { type LaunchedProcess, type LaunchOptions, launchWithSocket } from './launch.js';
export {
  type CaptureLine,
  type CaptureOptions,
  type CaptureTotals,
  captureArguments,
  type DelayLine,
  type DelayOptions,
  delayArguments,
  parseCaptureLine,
  parseDelayLine,
} from './packets.js';
export { relaunchWithSocket, wantsRelaunch } from './relaunch.js';
export { Relay, type RelayListener } from './relay.js';
export type { HelperRunOptions } from './run.js';
export {
  closeSocket,
  type IpcKind,
  inheritedSocket,
  MessageSocket,
  type OpenSocketOptions,
  openSocket,
  RECEIVED,
  SENT,
  type SocketDescriptor,
  wakeSocket,
} from './socket.js';
