/**
 * The room with `node:` imports: transports, worker pool, files, testbed drivers and the command
 * line. It joins the host-free rooms to this machine and holds no policy of theirs.
 */
export * from '../index.js';
export type { AlgorithmSet } from './agent/algorithms.js';
export { type AgentHandle, type AlgorithmSource, type ConnectOptions, connect } from './agent/connect.js';
export type { EventStream } from './agent/event-stream.js';
export type { ConnectEvent, HostEvent } from './agent/events.js';
export { type RecordedMessage, readRecording } from './agent/recorder.js';
export { type Divergence, type ReplayOptions, type ReplayResult, replay } from './agent/replay.js';
export { type CaptureSource, openCapture } from './capture/open.js';
export { LiveDatapath, type LiveDatapathOptions, type LiveDatapathState, type LiveFlow } from './datapath/live.js';
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
  NetnsTestbed,
  parseTopology,
  type TestbedDriver,
  type TestbedView,
  type Topology,
  type TopologyInput,
} from './testbed/index.js';
export { type Channel, type ChannelDatapath, createChannel } from './transports/channel.js';
export type { SendResult, Transport, TransportSink } from './transports/transport.js';
export { serveWebSocket, type WebSocketHost, type WebSocketOptions } from './transports/websocket.js';
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
