/** What became of a message. */
export type SendResult = 'sent' | 'full' | 'gone' | 'tooLong';

/** What a transport tells its user, in the event loop of the thread that owns it. */
export interface TransportSink {
  /** One message, or several in a row. The bytes are the receiver's only during the call. */
  message(bytes: Uint8Array, from: string): void;
  /** The other side of a connection left. */
  gone(from: string): void;
  /** Messages were lost on the way in. */
  overrun(): void;
}

/** Carries CCP messages between an agent and its datapaths, through the event loop. */
export interface Transport {
  /** The largest message it takes, bytes. */
  readonly maxMessageBytes: number;
  /** Addresses worth speaking to first: a datapath that was there before the agent may wait for it. */
  readonly firstContacts: readonly string[];
  start(sink: TransportSink): void;
  send(to: string, bytes: Uint8Array): SendResult;
  close(): void;
}
