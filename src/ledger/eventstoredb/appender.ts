import {
  type AppendResult,
  type BinaryEventType,
  type Credentials,
  type EventData,
  type EventStoreDBClient,
  NO_STREAM,
} from '@eventstore/db-client';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { AppendOptions, EncodedEvent, ExpectedRevision } from '../event-store.js';
import { type FailedTry, sendUntilKnown } from '../resends.js';
import { eventData } from './recorded-events.js';
import { conflictingRevision, refusalOf, unavailable, wasNeverDone } from './server-errors.js';

interface Append {
  readonly stream: string;
  readonly events: EventData<BinaryEventType>[];
  readonly expectedRevision: bigint | typeof NO_STREAM;
}

/** Sends appends until their outcome is known, or nobody can know it. */
export class Appender {
  readonly #client: EventStoreDBClient;
  readonly #credentials: Credentials;

  constructor(client: EventStoreDBClient, credentials: Credentials) {
    this.#client = client;
    this.#credentials = credentials;
  }

  /** Throws what `EventStore.append` throws. */
  async append(
    stream: string,
    events: readonly EncodedEvent[],
    { expectedRevision }: AppendOptions,
  ): Promise<AppendResult> {
    const append: Append = {
      stream,
      events: events.map(eventData),
      expectedRevision: expectedRevision === 'none' ? NO_STREAM : BigInt(expectedRevision),
    };
    return sendUntilKnown(
      () => this.#send(append),
      (error) => failedTry(stream, expectedRevision, error),
    );
  }

  /**
   * In a turn of the event loop of its own: in the turn in which another call fails, the client closes its channel, and
   * an append that has just taken that channel would never settle.
   */
  #send({ stream, events, expectedRevision }: Append): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#client
          .appendToStream(stream, events, {
            expectedRevision,
            credentials: this.#credentials,
          })
          .then(resolve, reject);
      });
    });
  }
}

const failedTry = (stream: string, expectedRevision: ExpectedRevision, error: unknown): FailedTry => {
  const actual = conflictingRevision(error);
  if (actual !== undefined) return { kind: 'refused', error: conflict(stream, expectedRevision, actual) };
  const refusal = refusalOf(error);
  // Credentials may be refused that were taken a moment ago; all else would be refused each time.
  if (refusal) return { kind: refusal.code === ErrorCode.UNAVAILABLE ? 'away' : 'refused', error: refusal };
  // The client looks for another connection, or for the leader, before it sends the next.
  if (wasNeverDone(error)) return { kind: 'astray', error: notWritten(error) };
  return { kind: 'lost answer', error: outcomeUnknown(error) };
};

const conflict = (stream: string, expectedRevision: ExpectedRevision, actualRevision: number): AppError => {
  const expected = expectedRevision === 'none' ? -1 : expectedRevision;
  return new AppError(
    ErrorCode.CONFLICT,
    `${stream} is at revision ${actualRevision}, not ${expected}: read it again, then decide again.`,
    { stream, expectedRevision: expected, actualRevision },
  );
};

const notWritten = (cause: unknown): AppError =>
  unavailable("The ledger's EventStoreDB can't be reached; nothing was written.", cause);

const outcomeUnknown = (cause: unknown): AppError =>
  new AppError(
    ErrorCode.OUTCOME_UNKNOWN,
    "The ledger's EventStoreDB went away while it was writing; send the same events again.",
    {},
    { cause },
  );
