export { binsAddress, binsUsed, binsWidthNs, enableBins } from './binned';
export { capturedTwicePackets } from './copies';
export { echoesDropped, echoSessions, writeEchoRows } from './echo';
export { setFocus } from './focus';
export { clearMarks, enableMarks, marksAddress, marksCount } from './marks';
export { clearRows, rowsAddress, rowsCount } from './rows';
export { setStateLimit, stateBytes } from './state';
export { createdConnections, liveConnections } from './table';
export { evictedConnections } from './tcp';
