import pg from 'pg';
import { isConnectionLost, isTransient } from '../../database/connection-lost.js';
import { withOptions } from '../../database/connections.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { type FailedTry, sendUntilKnown } from '../resends.js';
import { type AppendRequest, batchParameters } from './append-request.js';

const APPEND =
  'select request, outcome, revision, position from ledger.append_batch($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)';

/** Measured: beyond it a batch only waits longer. */
const MAX_BATCH_REQUESTS = 200;
const MAX_BATCH_BYTES = 4 * 1_048_576;
const MAX_WAITING_REQUESTS = 10_000;
/** A batch takes milliseconds; one that takes so long has lost its server. */
const ANSWER_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 2_000;

interface AppendRow {
  readonly request: number;
  readonly outcome: 'appended' | 'duplicate' | 'conflict';
  readonly revision: string;
  readonly position: string | null;
}

/**
 * Group commit on one connection, without a timer: a batch is sent when the connection is idle, and gathers while one
 * is in flight. Requests for the same stream go in separate batches, in their order.
 */
export class AppendWriter {
  readonly #config: pg.ClientConfig;
  readonly #onCommit: () => void;
  readonly #waiting: AppendRequest[] = [];
  #client: pg.Client | undefined;
  #running: Promise<void> | undefined;

  /** `onCommit` is called after each batch that stored something. */
  constructor(config: pg.ClientConfig, onCommit: () => void) {
    this.#config = config;
    this.#onCommit = onCommit;
  }

  submit(request: AppendRequest): void {
    if (this.#waiting.length >= MAX_WAITING_REQUESTS) {
      request.reject(
        new AppError(
          ErrorCode.RETRY_LATER,
          `${MAX_WAITING_REQUESTS} appends are waiting for the ledger already; try again in a moment.`,
        ),
      );
      return;
    }
    this.#waiting.push(request);
    this.#running ??= this.#run();
  }

  /** Waits for what was submitted, then closes the connection. */
  async close(): Promise<void> {
    await this.#running;
    await this.#disconnect();
  }

  async #run(): Promise<void> {
    // What is submitted in the same turn of the event loop belongs to the first batch too.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#write(this.#takeBatch());
    this.#running = undefined;
  }

  #takeBatch(): AppendRequest[] {
    const batch: AppendRequest[] = [];
    const left: AppendRequest[] = [];
    const streams = new Set<string>();
    let bytes = 0;
    for (const request of this.#waiting) {
      const fits = batch.length < MAX_BATCH_REQUESTS && bytes + request.bytes <= MAX_BATCH_BYTES;
      if (fits && !streams.has(request.stream)) {
        batch.push(request);
        bytes += request.bytes;
      } else {
        left.push(request);
      }
      streams.add(request.stream);
    }
    this.#waiting.splice(0, this.#waiting.length, ...left);
    return batch;
  }

  async #write(batch: readonly AppendRequest[]): Promise<void> {
    try {
      settle(batch, await this.#send(batch));
      this.#onCommit();
    } catch (error) {
      if (batch.length === 1 || error instanceof AppError) {
        for (const request of batch) request.reject(error);
      } else {
        // The server refused the batch as a whole: find out whose fault it was.
        for (const request of batch) await this.#write([request]);
      }
    }
  }

  /** Throws `UNAVAILABLE`, `OUTCOME_UNKNOWN`, or the server's own error. */
  #send(batch: readonly AppendRequest[]): Promise<readonly AppendRow[]> {
    const values = batchParameters(batch);
    return sendUntilKnown(async () => {
      const client = await this.#connect().catch((error: unknown) => {
        throw unavailable(error);
      });
      try {
        const result = await client.query<AppendRow>({ name: 'append_batch', text: APPEND, values });
        return result.rows;
      } catch (error) {
        if (isConnectionLost(error)) await this.#disconnect();
        throw error;
      }
    }, failedTry);
  }

  async #connect(): Promise<pg.Client> {
    if (this.#client) return this.#client;
    const client = new pg.Client({
      ...withOptions(this.#config, '-c lock_timeout=4000 -c idle_in_transaction_session_timeout=5000'),
      application_name: 'ledgerline-append',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
    });
    // Without a listener a connection lost while idle would end the process.
    client.on('error', () => {
      if (this.#client === client) this.#client = undefined;
    });
    await client.connect();
    this.#client = client;
    return client;
  }

  async #disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    // A connection that is lost already has nothing to close.
    await client?.end().catch(() => undefined);
  }
}

const failedTry = (error: unknown): FailedTry => {
  // It couldn't connect.
  if (error instanceof AppError) return { kind: 'away', error };
  if (isTransient(error)) return { kind: 'away', error: unavailable(error) };
  if (isConnectionLost(error)) return { kind: 'lost answer', error: outcomeUnknown(error) };
  return { kind: 'refused', error };
};

const settle = (batch: readonly AppendRequest[], rows: readonly AppendRow[]): void => {
  for (const row of rows) {
    const request = batch[row.request - 1];
    const revision = Number(row.revision);
    if (row.outcome !== 'conflict' && row.position !== null) {
      request?.resolve({ revision, position: row.position });
    } else {
      request?.reject(conflict(request, revision));
    }
  }
};

const conflict = ({ stream, expected }: AppendRequest, actualRevision: number): AppError =>
  new AppError(
    ErrorCode.CONFLICT,
    `${stream} is at revision ${actualRevision}, not ${expected}: read it again, then decide again.`,
    { stream, expectedRevision: expected, actualRevision },
  );

const unavailable = (cause: unknown): AppError =>
  new AppError(
    ErrorCode.UNAVAILABLE,
    "The ledger's PostgreSQL can't write now; nothing was written.",
    {},
    { cause },
  );

const outcomeUnknown = (cause: unknown): AppError =>
  new AppError(
    ErrorCode.OUTCOME_UNKNOWN,
    "The ledger's PostgreSQL went away while it was writing; send the same events again.",
    {},
    { cause },
  );
