import type { RecordedEvent } from '@eventstore/db-client';
import { isNoStream, readFailure } from './server-errors.js';

/** What the client's reads and subscriptions have in common. */
export interface ServerStream extends AsyncIterable<{ readonly event?: RecordedEvent }> {
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** What has arrived already. */
  read(): { readonly event?: RecordedEvent } | null;
  readonly readableLength: number;
  destroy(): unknown;
}

/**
 * The events as they arrive, each time all that have, up to `maxEvents`: never none. What isn't consumed stays on the
 * server. It ends with the stream, or at the signal; a stream that doesn't exist has no events. Throws `UNAVAILABLE`, or what the server refused.
 */
export async function* arrivals(
  stream: ServerStream,
  cancel: () => Promise<void>,
  { maxEvents, signal }: { readonly maxEvents: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<RecordedEvent[]> {
  // The client also emits errors when nobody reads any more, and without a listener they'd end the process.
  stream.on('error', () => undefined);
  const stop = () => void stream.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    if (signal?.aborted) return;
    for await (const first of stream) {
      const events: RecordedEvent[] = [];
      for (
        let item: typeof first | null = first;
        item;
        item = events.length < maxEvents ? stream.read() : null
      ) {
        if (item.event) events.push(item.event);
      }
      if (events.length > 0) yield events;
    }
  } catch (error) {
    // Destroyed by its signal, it complains that it was closed too early.
    if (!signal?.aborted && !isNoStream(error)) throw readFailure(error);
  } finally {
    signal?.removeEventListener('abort', stop);
    stream.destroy();
    // It fails where the connection was never made, and then there's nothing to cancel.
    cancel().catch(() => undefined);
  }
}
