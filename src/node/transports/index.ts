/**
 * Ways that messages between agent and datapaths take: sockets the helper opened, a helper's relay, an
 * in-process channel, and WebSockets for viewers. In: bytes and an address. Out: bytes and an address. It
 * knows nothing of what they say.
 */
export { type Channel, type ChannelDatapath, createChannel } from './channel.js';
export { relayTransport } from './relay-transport.js';
export { PeerNames, socketTransport } from './socket-transport.js';
export type { SendResult, Transport, TransportSink } from './transport.js';
export { type LiveViewer, serveWebSocket, type WebSocketHost, type WebSocketOptions } from './websocket.js';
