/**
 * The room with `node:` imports: transports, worker pool, files, testbed drivers and the command
 * line. It joins the host-free rooms to this machine and holds no policy of theirs.
 */
export * from '../index.js';
export {
  type AgentHandle,
  type AlgorithmSet,
  type AlgorithmSource,
  type ConnectEvent,
  type ConnectOptions,
  connect,
  type Divergence,
  type EventStream,
  type HostEvent,
  type RecordedMessage,
  type ReplayOptions,
  type ReplayResult,
  readRecording,
  replay,
} from './agent/index.js';
export { type CaptureSource, openCapture } from './capture/index.js';
export { LiveDatapath, type LiveDatapathOptions, type LiveDatapathState, type LiveFlow } from './datapath/index.js';
export {
  closeSocket,
  findHelper,
  type HelperLocation,
  type IpcKind,
  inheritedSocket,
  MessageSocket,
  type OpenSocketOptions,
  openSocket,
  RECEIVED,
  SENT,
  type SocketDescriptor,
  wakeSocket,
} from './helper/index.js';
export {
  buildTestbed,
  type LocalTestbed,
  listTestbeds,
  openLocalTestbed,
  openTestbed,
  parseTopology,
  type TestbedDriver,
  type TestbedView,
  type Topology,
  type TopologyInput,
} from './testbed/index.js';
export {
  type Channel,
  type ChannelDatapath,
  createChannel,
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
  resumeCampaign,
  runCampaign,
  type SharedMemory,
  type SynchResult,
  synchTwine,
} from './twine/index.js';
