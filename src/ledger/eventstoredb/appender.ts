import { setTimeout as sleep } from 'node:timers/promises';
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
import { eventData } from './recorded-events.js';
import { conflictingRevision, refusalOf, unavailable, wasNeverDone } from './server-errors.js';

/** After an unknown outcome the same append is sent again: the server knows the copy by its ids and revision. */
const RESENDS = 3;
const FIRST_PAUSE_MS = 100;

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
    let lostAnswer: unknown;
    for (let resends = 0; ; resends++) {
      try {
        return await this.#send(append);
      } catch (error) {
        const actual = conflictingRevision(error);
        if (actual !== undefined) throw conflict(stream, expectedRevision, actual);
        const refusal = refusalOf(error);
        if (refusal) throw refusal;
        if (!wasNeverDone(error)) lostAnswer = error;
        if (resends === RESENDS)
          throw lostAnswer === undefined ? notWritten(error) : outcomeUnknown(lostAnswer);
        await sleep(FIRST_PAUSE_MS * 2 ** resends);
      }
    }
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
