/**
 * The CCP agent on this machine: runs an algorithm in this thread or in worker threads over a transport,
 * replaces what fails, tells what happens, records and replays. In: an algorithm and a transport. Out: a
 * handle with events and figures. When algorithms are called and what they decide is src/agent's.
 */
export { type AlgorithmSet, type AlgorithmSource, loadAlgorithms } from './algorithms.js';
export { type ConnectHereOptions, type ConnectOptions, connect } from './connect.js';
export { describeEvent, isNotice } from './describe-event.js';
export type { EventStream } from './event-stream.js';
export type { ConnectEvent, HostEvent } from './events.js';
export type { AgentHandle } from './handle.js';
export { type LiveAbout, LiveFeed } from './live-feed.js';
export { type RecordedMessage, readRecording } from './recorder.js';
export { type Divergence, type RecordingReplayOptions, type RecordingReplayResult, replayRecording } from './replay.js';
export { threadEndpoint } from './thread-endpoint.js';
export { createWorkerService } from './worker.js';
