import { AppError, ErrorCode } from '../../domain/errors.js';
import { type Appended, type AppendOptions, type EncodedEvent, MAX_APPEND_BYTES } from '../event-store.js';

/** An append that waits for its batch. */
export interface AppendRequest {
  readonly stream: string;
  readonly tenantId: string;
  /** −1: the stream must not exist. */
  readonly expected: number;
  readonly events: readonly SerializedEvent[];
  readonly bytes: number;
  resolve(result: Appended): void;
  reject(error: unknown): void;
}

interface SerializedEvent {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Buffer;
  readonly correlationId: string;
  readonly metadata: Buffer;
}

const serialize = (event: EncodedEvent): SerializedEvent => ({
  id: event.id,
  type: event.type,
  schemaVersion: event.schemaVersion,
  data: Buffer.from(event.data),
  correlationId: event.metadata.$correlationId,
  metadata: Buffer.from(JSON.stringify(event.metadata)),
});

/** Throws `BAD_USER_INPUT` for an append of nothing, and `LIMIT_EXCEEDED` over 1 MiB. */
export const appendRequest = (
  stream: string,
  events: readonly EncodedEvent[],
  { expectedRevision, tenantId }: AppendOptions,
  settle: Pick<AppendRequest, 'resolve' | 'reject'>,
): AppendRequest => {
  if (events.length === 0) {
    throw new AppError(ErrorCode.BAD_USER_INPUT, `An append to ${stream} needs at least one event.`);
  }
  const serialized = events.map(serialize);
  const bytes = serialized.reduce((sum, event) => sum + event.data.length + event.metadata.length, 0);
  if (bytes > MAX_APPEND_BYTES) {
    throw new AppError(
      ErrorCode.LIMIT_EXCEEDED,
      `An append to ${stream} has ${bytes} bytes; at most ${MAX_APPEND_BYTES} are stored at once.`,
      { stream, bytes, limitBytes: MAX_APPEND_BYTES },
    );
  }
  const expected = expectedRevision === 'none' ? -1 : expectedRevision;
  return { stream, tenantId, expected, events: serialized, bytes, ...settle };
};

/** An array as PostgreSQL reads it. Written here because pg escapes element by element, at half the cost of an append. */
const literal = (values: readonly (string | number)[]): string => `{${values.join(',')}}`;
const quoted = (values: readonly string[]): string => literal(values.map((value) => JSON.stringify(value)));

/** The arguments of `ledger.append_batch`, in its order. */
export const batchParameters = (requests: readonly AppendRequest[]): unknown[] => {
  const lastEvents: number[] = [];
  const eventRequests: number[] = [];
  const revisions: number[] = [];
  const ids: string[] = [];
  const types: string[] = [];
  const versions: number[] = [];
  const correlations: string[] = [];
  const dataStarts: number[] = [];
  const metadataStarts: number[] = [];
  const bodies: Buffer[] = [];
  let size = 0;
  for (const [index, request] of requests.entries()) {
    for (const [offset, event] of request.events.entries()) {
      eventRequests.push(index + 1);
      revisions.push(request.expected + 1 + offset);
      ids.push(event.id);
      types.push(event.type);
      versions.push(event.schemaVersion);
      correlations.push(event.correlationId);
      dataStarts.push(size);
      metadataStarts.push(size + event.data.length);
      bodies.push(event.data, event.metadata);
      size += event.data.length + event.metadata.length;
    }
    lastEvents.push(ids.length);
  }
  dataStarts.push(size);
  return [
    quoted(requests.map((request) => request.stream)),
    quoted(requests.map((request) => request.tenantId)),
    literal(requests.map((request) => request.expected)),
    literal(lastEvents),
    literal(eventRequests),
    literal(revisions),
    literal(ids),
    quoted(types),
    literal(versions),
    quoted(correlations),
    literal(dataStarts),
    literal(metadataStarts),
    Buffer.concat(bodies, size),
  ];
};
