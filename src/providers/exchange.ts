export interface ExchangeOptions {
  /** The caller's: ends the answer at once. */
  readonly signal: AbortSignal;
  /** How long the provider may keep us waiting, for the first piece and for each further one, in ms. */
  readonly patienceMs: number;
}

/** What a provider's errors mean. */
export interface ExchangeErrors {
  /** As an `AppError`. */
  failureOf(error: unknown): Error;
  /** Whether the same request may well succeed at once. */
  isPassing(error: unknown): boolean;
}

/** The provider sent nothing for so long. */
export class Overdue extends Error {
  constructor(readonly patienceMs: number) {
    super(`Nothing came for ${patienceMs} ms`);
  }
}

/**
 * One request, and its answer piece by piece. Ends without an error when the signal aborts; throws an `AppError` for
 * everything else that goes wrong. The connection is closed when the answer is over or nobody reads on.
 *
 * The deadline and the second attempt are ours, not the client's: its timeout ends with the headers and leaves a stalled
 * answer alone, and its retries sleep for as long as `retry-after` says, deaf to the signal.
 */
export async function* exchangeWith<T>(
  errors: ExchangeErrors,
  { signal, patienceMs }: ExchangeOptions,
  send: (signal: AbortSignal) => PromiseLike<AsyncIterable<T> | Iterable<T>>,
): AsyncGenerator<T, void> {
  if (signal.aborted) return;
  const request = new AbortController();
  const abort = () => request.abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const pieces = piecesOf(errors, send, request.signal);
    for (;;) {
      const { done, value } = await within(pieces.next(), patienceMs);
      if (done || signal.aborted) return;
      yield value;
    }
  } catch (error) {
    if (signal.aborted) return;
    throw errors.failureOf(error);
  } finally {
    signal.removeEventListener('abort', abort);
    request.abort();
  }
}

async function* piecesOf<T>(
  errors: ExchangeErrors,
  send: (signal: AbortSignal) => PromiseLike<AsyncIterable<T> | Iterable<T>>,
  signal: AbortSignal,
): AsyncGenerator<T, void> {
  yield* await sendUpToTwice(errors, send, signal);
}

/** A caller is waiting: the second attempt follows at once. */
const sendUpToTwice = async <T>(
  { isPassing }: ExchangeErrors,
  send: (signal: AbortSignal) => PromiseLike<T>,
  signal: AbortSignal,
): Promise<T> => {
  try {
    return await send(signal);
  } catch (error) {
    if (signal.aborted || !isPassing(error)) throw error;
    return await send(signal);
  }
};

const within = async <T>(work: Promise<T>, patienceMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Overdue(patienceMs)), patienceMs);
  });
  try {
    return await Promise.race([work, overdue]);
  } finally {
    clearTimeout(timer);
  }
};
