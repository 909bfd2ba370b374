import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import type { AppendOutcome, EventLog, Expectation, ProposedEvent } from './event-log.js';
import type { Faults } from './faults.js';
import {
  accessError,
  maximumAppendSizeError,
  notLeaderError,
  streamDeletedError,
  textOf,
  unavailableError,
} from './messages.js';

export interface AppendingServer {
  readonly log: EventLog;
  readonly faults: Faults;
  readonly port: number;
  /** What an append may have, the events' types included. */
  readonly maxAppendBytes: number;
  /** How many arrived, whatever became of them. */
  appends: number;
  /** How many requests were refused for who asked. */
  refusals: number;
  /** Breaks the connection without an answer. */
  breakConnections(): void;
  /** Released when the test has seen the client give up waiting. */
  readonly lateReplies: (() => void)[];
}

/** `Streams.Append`: one call an append, the options first, then the events. */
export const appendHandler =
  (server: AppendingServer) =>
  (call: ServerReadableStream<AppendReq, AppendResp>, reply: sendUnaryData<AppendResp>): void => {
    const requests: AppendReq[] = [];
    call.on('data', (request: AppendReq) => requests.push(request));
    call.on('end', () => answer(server, requests, reply));
    // The client hung up: there's nobody to tell.
    call.on('error', () => undefined);
  };

const answer = (
  server: AppendingServer,
  requests: readonly AppendReq[],
  reply: sendUnaryData<AppendResp>,
): void => {
  const options = requests[0]?.getOptions();
  const events = requests.flatMap((request) => proposed(request.getProposedMessage()));
  const stream = textOf(options?.getStreamIdentifier()?.getStreamName_asU8());
  server.appends++;
  const refusal = accessError(server.faults.access);
  if (refusal) {
    server.refusals++;
    return reply(refusal);
  }
  const fault = server.faults.appends.shift();
  if (fault === 'unavailable') return reply(unavailableError());
  if (fault === 'not leader') return reply(notLeaderError('127.0.0.1', server.port));
  if (sizeOf(events) > server.maxAppendBytes) return reply(maximumAppendSizeError(server.maxAppendBytes));
  const outcome = server.log.append(stream, expectationOf(options), events);
  if (fault === 'lost reply') return server.breakConnections();
  if (outcome.kind === 'deleted') return reply(streamDeletedError(stream));
  const send = () => reply(null, response(outcome));
  if (fault === 'late reply') server.lateReplies.push(send);
  else send();
};

const expectationOf = (options: AppendReq.Options | undefined): Expectation => {
  if (options?.hasNoStream()) return 'no stream';
  if (options?.hasStreamExists()) return 'stream exists';
  return options?.hasRevision() ? Number(options.getRevision()) : 'any';
};

const proposed = (message: AppendReq.ProposedMessage | undefined): ProposedEvent[] =>
  message
    ? [
        {
          id: message.getId()?.getString() ?? '',
          type: message.getMetadataMap().get('type') ?? '',
          contentType: message.getMetadataMap().get('content-type') ?? '',
          data: message.getData_asU8(),
          metadata: message.getCustomMetadata_asU8(),
        },
      ]
    : [];

/** As the server counts: a character of a type takes two bytes. */
const sizeOf = (events: readonly ProposedEvent[]): number =>
  events.reduce((sum, { type, data, metadata }) => sum + 2 * type.length + data.length + metadata.length, 0);

const response = (outcome: Exclude<AppendOutcome, { kind: 'deleted' }>): AppendResp => {
  if (outcome.kind === 'wrong version') {
    const wrong = new streams.AppendResp.WrongExpectedVersion();
    if (outcome.actual < 0) wrong.setCurrentNoStream(new shared.Empty());
    else wrong.setCurrentRevision(String(outcome.actual));
    return new streams.AppendResp().setWrongExpectedVersion(wrong);
  }
  const position = new streams.AppendResp.Position();
  position.setCommitPosition(String(outcome.position));
  position.setPreparePosition(String(outcome.position));
  const success = new streams.AppendResp.Success();
  success.setCurrentRevision(String(outcome.revision));
  success.setPosition(position);
  return new streams.AppendResp().setSuccess(success);
};
