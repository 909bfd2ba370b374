import type { RecordedEvent } from '@eventstore/db-client';
import { isNoStream, readFailure, tookTooLong } from './server-errors.js';

/** What the client's reads and subscriptions have in common. */
export interface ServerStream extends AsyncIterable<{ readonly event?: RecordedEvent }> {
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** What has arrived already. */
  read(): { readonly event?: RecordedEvent } | null;
  readonly readableLength: number;
  destroy(): unknown;
}

interface ArrivalOptions {
  readonly maxEvents: number;
  readonly signal?: AbortSignal | undefined;
  /** Absent: a subscription's server may have nothing to say. */
  readonly silenceMs?: number;
}

/** A server that hangs, which a connection that was never made doesn't tell from one that is slow. */
class Silence {
  isTooLong = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly limitMs: number | undefined,
    private readonly onTooLong: () => void,
  ) {}

  begin(): void {
    if (this.limitMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.isTooLong = true;
      this.onTooLong();
    }, this.limitMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/**
 * The events as they arrive, each time all that have, up to `maxEvents`: never none. What isn't consumed stays on the
 * server. It ends with the stream, or at the signal; a stream that doesn't exist has no events. Throws `UNAVAILABLE`, also
 * where nothing comes for `silenceMs` while it's waited for, or what the server refused.
 */
export async function* arrivals(
  stream: ServerStream,
  cancel: () => Promise<void>,
  { maxEvents, signal, silenceMs }: ArrivalOptions,
): AsyncGenerator<RecordedEvent[]> {
  // The client also emits errors when nobody reads any more, and without a listener they'd end the process.
  stream.on('error', () => undefined);
  const stop = () => void stream.destroy();
  const silence = new Silence(silenceMs, stop);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    if (signal?.aborted) return;
    silence.begin();
    for await (const first of stream) {
      silence.end();
      const events: RecordedEvent[] = [];
      for (
        let item: typeof first | null = first;
        item;
        item = events.length < maxEvents ? stream.read() : null
      ) {
        if (item.event) events.push(item.event);
      }
      if (events.length > 0) yield events;
      silence.begin();
    }
  } catch (error) {
    if (silence.isTooLong) throw tookTooLong(error);
    // Destroyed by its signal, it complains that it was closed too early.
    if (!signal?.aborted && !isNoStream(error)) throw readFailure(error);
  } finally {
    silence.end();
    signal?.removeEventListener('abort', stop);
    stream.destroy();
    // It fails where the connection was never made, and then there's nothing to cancel.
    cancel().catch(() => undefined);
  }
}
