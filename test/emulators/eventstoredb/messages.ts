import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { LogRecord } from './event-log.js';
import type { Access } from './faults.js';

/** The protocol's bytes for a name, a text of ours again. */
export const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

const recordedEvent = (record: LogRecord): ReadResp.ReadEvent.RecordedEvent => {
  const event = new streams.ReadResp.ReadEvent.RecordedEvent();
  event.setId(new shared.UUID().setString(record.id));
  event.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(record.stream)));
  event.setStreamRevision(String(record.revision));
  event.setCommitPosition(String(record.position));
  event.setPreparePosition(String(record.position));
  event.getMetadataMap().set('type', record.type);
  event.getMetadataMap().set('content-type', record.contentType);
  event.getMetadataMap().set('created', String(record.createdTicks));
  event.setData(record.data);
  event.setCustomMetadata(record.metadata);
  return event;
};

export const eventMessage = (record: LogRecord): ReadResp => {
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(recordedEvent(record));
  read.setCommitPosition(String(record.position));
  return new streams.ReadResp().setEvent(read);
};

export const streamNotFoundMessage = (stream: string): ReadResp => {
  const identifier = new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
  const notFound = new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier);
  return new streams.ReadResp().setStreamNotFound(notFound);
};

export const confirmationMessage = (subscriptionId: string): ReadResp =>
  new streams.ReadResp().setConfirmation(
    new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(subscriptionId),
  );

export const caughtUpMessage = (): ReadResp =>
  new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp());

export const checkpointMessage = (position: bigint): ReadResp => {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(String(position));
  return new streams.ReadResp().setCheckpoint(checkpoint);
};

/** An error of the call; what the client reads of it are the trailers. */
export const serviceError = (
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): ServiceError => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
};

export const unavailableError = (): ServiceError =>
  serviceError(status.UNAVAILABLE, 'The server is not ready');

/** As the server says it; `undefined`: granted. */
export const accessError = (access: Access): ServiceError | undefined => {
  if (access === 'denied') {
    return serviceError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
  }
  return access === 'unknown user' ? serviceError(status.UNAUTHENTICATED, 'Unauthenticated') : undefined;
};

export const streamDeletedError = (stream: string): ServiceError =>
  serviceError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

export const maximumAppendSizeError = (bytes: number): ServiceError =>
  serviceError(status.INVALID_ARGUMENT, `Maximum Append Size of ${bytes} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(bytes),
  });

export const notLeaderError = (host: string, port: number): ServiceError =>
  serviceError(status.NOT_FOUND, `Leader info available at ${host}:${port}.`, {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  });
