/**
 * `mooring/node`, the rooms with `node:` imports: transports, worker pool, files, testbed drivers. They join the
 * host-free rooms to this machine and hold no policy of theirs.
 */

export type { ErrorValue } from '../client/index.js';
export {
  type AgentHandle,
  type AlgorithmSet,
  type AlgorithmSource,
  type ConnectEvent,
  type ConnectHereOptions,
  type ConnectOptions,
  connect,
  type Divergence,
  type EventStream,
  type HostEvent,
  type RecordedMessage,
  type RecordingReplayOptions,
  type RecordingReplayResult,
  readRecording,
  replayRecording,
} from './agent/index.js';
export {
  type CaptureSource,
  captureLive,
  type LiveCapture,
  type LiveCaptureOptions,
  openCaptureFiles,
} from './capture/index.js';
export { LiveDatapath, type LiveDatapathOptions, type LiveDatapathState, type LiveFlow } from './datapath/index.js';
export {
  type BuiltHelper,
  buildHelper,
  closeSocket,
  findHelper,
  type HelperLocation,
  type HelperOrigin,
  type HelperRunOptions,
  type IpcKind,
  inheritedSocket,
  type KernelFlow,
  kernelFlows,
  MessageSocket,
  type OpenSocketOptions,
  openSocket,
  RECEIVED,
  SENT,
  type SocketDescriptor,
  wakeSocket,
} from './helper/index.js';
export { writeRunReport } from './jobs/index.js';
export {
  buildKernelPath,
  type KernelPath,
  type KernelPathOptions,
  type SocketSample,
  type SocketStats,
  sendThrough,
  socketStats,
  type Transfer,
  type TransferOptions,
  whyNoKernelFlows,
} from './path/index.js';
export {
  buildTestbed,
  type FailedMirror,
  type FetchedFile,
  type ListenerAccess,
  type ListenerFile,
  type ListenerLimits,
  type ListenerProcess,
  type LocalTestbed,
  listTestbeds,
  type NodeState,
  openLocalTestbed,
  openTestbed,
  parseTopology,
  type RunScope,
  type TestbedChange,
  type TestbedDriver,
  type TestbedKind,
  type TestbedRun,
  type TestbedView,
  type Topology,
  type TopologyInput,
} from './testbed/index.js';
export {
  type Channel,
  type ChannelDatapath,
  createChannel,
  relayTransport,
  type SendResult,
  serveWebSocket,
  type Transport,
  type TransportSink,
  type WebSocketHost,
  type WebSocketOptions,
} from './transports/index.js';
export {
  type Campaign,
  type CampaignOptions,
  type CaptureName,
  createSharedMemory,
  type GatherProgress,
  resumeCampaign,
  runCampaign,
  type SharedMemory,
  type SynchResult,
  synchTwine,
  type TwineWord,
} from './twine/index.js';
