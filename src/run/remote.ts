import type { RunSource } from './model.js';

/** A question to a source, as it crosses a thread. */
export type SourceCall = {
  readonly [Name in keyof RunSource]: { readonly name: Name; readonly args: Parameters<RunSource[Name]> };
}[keyof RunSource];

/**
 * A source that stands elsewhere: `ask` carries each question there, as by a worker's service, and `answer` answers it on
 * the other side.
 */
export function remoteSource(ask: (call: SourceCall) => Promise<unknown>): RunSource {
  return {
    query: (...args) => ask({ name: 'query', args }) as Promise<Awaited<ReturnType<RunSource['query']>>>,
    events: (...args) => ask({ name: 'events', args }) as Promise<Awaited<ReturnType<RunSource['events']>>>,
    at: (...args) => ask({ name: 'at', args }) as Promise<Awaited<ReturnType<RunSource['at']>>>,
    beside: (...args) => ask({ name: 'beside', args }) as Promise<Awaited<ReturnType<RunSource['beside']>>>,
  };
}

/** What `source` says to a question from elsewhere. */
export async function answer(source: RunSource, call: SourceCall): Promise<unknown> {
  switch (call.name) {
    case 'query':
      return source.query(...call.args);
    case 'events':
      return source.events(...call.args);
    case 'at':
      return source.at(...call.args);
    case 'beside':
      return source.beside(...call.args);
  }
}
