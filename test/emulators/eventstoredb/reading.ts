import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { EventLog, LogRecord } from './event-log.js';
import type { Faults } from './faults.js';
import {
  accessError,
  caughtUpMessage,
  checkpointMessage,
  confirmationMessage,
  eventMessage,
  streamDeletedError,
  streamNotFoundMessage,
  textOf,
  unavailableError,
} from './messages.js';

export interface ReadingServer {
  readonly log: EventLog;
  readonly faults: Faults;
  /** How many requests were refused for who asked. */
  refusals: number;
}

type Call = ServerWritableStream<ReadReq, ReadResp>;

const BACKWARDS = 1;
/** How far beyond the log's end a bogus checkpoint lies. */
const BOGUS_DISTANCE = 1_000_000n;

/** `Streams.Read`: reads and subscriptions, of a stream and of everything. */
export const readHandler =
  (server: ReadingServer) =>
  (call: Call): void => {
    const stop = new AbortController();
    call.on('cancelled', () => stop.abort());
    const options = call.request.getOptions();
    if (!options) return void call.emit('error', new Error('A read needs options.'));
    const refusal = accessError(server.faults.access);
    if (refusal) {
      server.refusals++;
      return void call.emit('error', refusal);
    }
    const sender = new Sender(call, server.faults, stop.signal, options.hasSubscription());
    const serve = options.hasSubscription() ? subscribe : read;
    serve(server.log, options, sender, stop.signal).then(
      () => call.end(),
      (error: unknown) => call.emit('error', error),
    );
  };

const read = async (
  log: EventLog,
  options: ReadReq.Options,
  sender: Sender,
  signal: AbortSignal,
): Promise<void> => {
  const stream = options.getStream();
  const name = textOf(stream?.getStreamIdentifier()?.getStreamName_asU8());
  if (stream && log.isDeleted(name)) throw streamDeletedError(name);
  if (stream && log.stream(name).length === 0) return sender.send(streamNotFoundMessage(name));
  const records = stream ? log.stream(name) : log.records;
  const isBackwards = Number(options.getReadDirection()) === BACKWARDS;
  const chosen = isBackwards ? [...records].reverse() : records.filter(startOf(options));
  const count = Math.min(Number(options.getCount()), chosen.length);
  for (const record of chosen.slice(0, count)) {
    if (signal.aborted) return;
    await sender.sendEvent(record);
  }
};

const subscribe = async (
  log: EventLog,
  options: ReadReq.Options,
  sender: Sender,
  signal: AbortSignal,
): Promise<void> => {
  const filter = filterOf(options);
  const isAfterStart = afterStartOf(options);
  await sender.send(confirmationMessage(randomUUID()));
  let isCaughtUp = false;
  for (let next = 0; !signal.aborted; ) {
    const record = log.records[next];
    if (record) {
      next++;
      if (filter(record) && isAfterStart(record)) await sender.sendEvent(record);
      continue;
    }
    if (!isCaughtUp) await sender.send(caughtUpMessage());
    isCaughtUp = true;
    if (next >= log.records.length) await log.appended(signal);
  }
};

/** Inclusive, as reads are. */
const startOf = (options: ReadReq.Options): ((record: LogRecord) => boolean) => {
  const stream = options.getStream();
  if (stream?.hasRevision()) return ({ revision }) => revision >= Number(stream.getRevision());
  const from = options.getAll()?.getPosition()?.getCommitPosition();
  return ({ position }) => position >= BigInt(from ?? 0);
};

/** Exclusive, as subscriptions are. */
const afterStartOf = (options: ReadReq.Options): ((record: LogRecord) => boolean) => {
  const after = options.getAll()?.getPosition()?.getCommitPosition();
  return after === undefined ? () => true : ({ position }) => position > BigInt(after);
};

const filterOf = (options: ReadReq.Options): ((record: LogRecord) => boolean) => {
  const filter = options.getFilter();
  const expression = filter?.getEventType() ?? filter?.getStreamIdentifier();
  if (!expression) return () => true;
  const prefixes = expression.getPrefixList();
  const regex = new RegExp(expression.getRegex());
  const textOfRecord = (record: LogRecord) => (filter?.hasEventType() ? record.type : record.stream);
  return (record) => {
    const text = textOfRecord(record);
    return prefixes.length > 0 ? prefixes.some((prefix) => text.startsWith(prefix)) : regex.test(text);
  };
};

/** Sends as fast as the client takes it, with the faults that a test has asked for. */
class Sender {
  readonly #call: Call;
  readonly #faults: Faults;
  readonly #signal: AbortSignal;
  readonly #isSubscription: boolean;
  readonly #breakAfter: number;
  readonly #hangAfter: number;
  #sent = 0;

  constructor(call: Call, faults: Faults, signal: AbortSignal, isSubscription: boolean) {
    this.#call = call;
    this.#faults = faults;
    this.#signal = signal;
    this.#isSubscription = isSubscription;
    const breaks = isSubscription ? faults.breakAfterSubscribed : faults.breakAfterRead;
    this.#breakAfter = breaks.shift() ?? Number.POSITIVE_INFINITY;
    this.#hangAfter = (isSubscription ? undefined : faults.hangAfterRead.shift()) ?? Number.POSITIVE_INFINITY;
  }

  async sendEvent(record: LogRecord): Promise<void> {
    if (this.#sent >= this.#breakAfter) throw unavailableError();
    if (this.#sent >= this.#hangAfter && !this.#signal.aborted) await once(this.#signal, 'abort');
    this.#sent++;
    this.#faults.sentEvents++;
    await this.send(eventMessage(record));
    if (!this.#isSubscription) return;
    if (this.#faults.duplicateEvents) await this.send(eventMessage(record));
    if (this.#faults.bogusCheckpoints) await this.send(checkpointMessage(record.position + BOGUS_DISTANCE));
  }

  async send(message: ReadResp): Promise<void> {
    if (this.#signal.aborted || this.#call.write(message)) return;
    // Rejected where the client went away: the loops see that by the signal.
    await once(this.#call, 'drain', { signal: this.#signal }).catch(() => undefined);
  }
}
