import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { EventLog, Expectation, ProposedEvent } from './event-log.js';
import { textOf } from './messages.js';

export interface BatchAppendingServer {
  readonly log: EventLog;
  /** How many appends came this way, which the adapter must not use. */
  batchAppends: number;
}

/** `Streams.BatchAppend`: many appends over one stream, told apart by their correlation ids. */
export const batchAppendHandler =
  (server: BatchAppendingServer) =>
  (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void => {
    const parts = new Map<string, BatchAppendReq[]>();
    call.on('data', (request: BatchAppendReq) => {
      const id = request.getCorrelationId()?.getString() ?? '';
      const requests = [...(parts.get(id) ?? []), request];
      parts.set(id, requests);
      if (!request.getIsFinal()) return;
      parts.delete(id);
      server.batchAppends++;
      call.write(answer(server.log, requests));
    });
    call.on('end', () => call.end());
    // The client hung up: there's nobody to tell.
    call.on('error', () => undefined);
  };

const answer = (log: EventLog, requests: readonly BatchAppendReq[]): BatchAppendResp => {
  const options = requests[0]?.getOptions();
  const identifier = options?.getStreamIdentifier();
  const events = requests.flatMap((request) => request.getProposedMessagesList().map(proposed));
  const outcome = log.append(textOf(identifier?.getStreamName_asU8()), expectationOf(options), events);
  const response = new streams.BatchAppendResp();
  response.setCorrelationId(requests[0]?.getCorrelationId());
  response.setStreamIdentifier(identifier);
  if (outcome.kind === 'written') {
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(String(outcome.position)).setPreparePosition(String(outcome.position));
    const success = new streams.BatchAppendResp.Success().setPosition(position);
    return response.setSuccess(success.setCurrentRevision(String(outcome.revision)));
  }
  return response.setError(
    outcome.kind === 'deleted'
      ? failure(new shared.StreamDeleted().serializeBinary(), 'StreamDeleted')
      : failure(wrongVersion(outcome.actual).serializeBinary(), 'WrongExpectedVersion'),
  );
};

const proposed = (message: BatchAppendReq.ProposedMessage): ProposedEvent => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

const expectationOf = (options: BatchAppendReq.Options | undefined): Expectation => {
  if (options?.hasNoStream()) return 'no stream';
  if (options?.hasStreamExists()) return 'stream exists';
  return options?.hasStreamPosition() ? Number(options.getStreamPosition()) : 'any';
};

const wrongVersion = (actual: number) => {
  const wrong = new shared.WrongExpectedVersion();
  return actual < 0
    ? wrong.setCurrentNoStream(new empty.Empty())
    : wrong.setCurrentStreamRevision(String(actual));
};

const failure = (details: Uint8Array, type: string) => {
  const packed = new any.Any();
  packed.pack(details, `event_store.client.${type}`);
  return new status.Status().setMessage(type).setDetails(packed);
};
