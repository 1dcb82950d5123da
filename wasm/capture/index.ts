/**
 * Capture files as streams of records: pcap and pcapng in both byte orders, fed in chunks, several merged by
 * time. A record's bytes are for wasm/packet.
 */
export { readerAt, readerCount } from './exports';
export { earliest, mergeStatus } from './merge';
export { nextRecord } from './next';
export { ENDED, NEED_DATA, Reader } from './reader';
