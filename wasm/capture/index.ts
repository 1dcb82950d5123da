/**
 * Capture files as streams of records: pcap and pcapng in both byte orders, fed in chunks, several merged by
 * time. A record's bytes are for wasm/packet.
 */
export { earliest, mergeStatus } from './merge';
export { Reader } from './reader';
