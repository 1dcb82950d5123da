/** What became of a message. */
export type SendResult = 'sent' | 'full' | 'gone' | 'tooLong';

/** What a transport tells its user, in the event loop of the thread that owns it. */
export interface TransportSink {
  /** One message, or several in a row. The bytes are the receiver's only during the call. */
  message(bytes: Uint8Array, address: string): void;
  /** The other side of a connection left. */
  gone(address: string): void;
  /** Messages were lost on the way in. */
  overrun(): void;
  /** A message longer than any of the protocol came, and was dropped. */
  oversized(address: string): void;
  /** Messages were lost on the way out, beside those that `send` refused. */
  dropped(address: string, count: number): void;
  /** What carries the messages ended and was started again; those on the way were lost. */
  restarted(cause: Error): void;
  /** It cannot go on. */
  failed(error: Error): void;
}

/** Carries CCP messages between an agent and its datapaths, through the event loop. */
export interface Transport {
  /** The largest message it takes, bytes. */
  readonly maxMessageBytes: number;
  /** Whether whoever reads at the other end takes several messages in a row as one; by default not. */
  readonly bundles?: boolean;
  /** Addresses worth speaking to first: a datapath that was there before the agent may wait for it. */
  readonly firstContacts: readonly string[];
  start(sink: TransportSink): void;
  send(address: string, bytes: Uint8Array): SendResult;
  /** Whether an address is known to be nobody's, without sending there. */
  isGone?(address: string): boolean;
  /** Resolves when nothing of it is left. */
  close(): void | Promise<void>;
}
