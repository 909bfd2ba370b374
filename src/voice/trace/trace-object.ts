import { createHash } from 'node:crypto';
import type { CallEvent } from '../../domain/call/events.js';
import { AppError, ErrorCode, messageOf } from '../../domain/errors.js';
import { parseStreamName } from '../../domain/stream.js';
import { ERASED, lost, MISSING } from '../../ledger/event-files.js';
import type { DataKey, KeyRing } from '../../ledger/keys/key-ring.js';
import { openBox, sealBox } from '../../ledger/keys/secret-box.js';
import type { ObjectStore } from '../../objects/object-store.js';
import type { Trace } from './trace.js';
import { type Recording, unpackTrace } from './trace-recorder.js';

export type StoredTrace = Extract<CallEvent, { type: 'CallTraceStored' }>['data'];

const FOLDER = 'traces';
/** Before the box, in a line of its own: which key opens it. */
const HEADER = 'ledgerline-trace-1 ';
const LINE_END = 0x0a;

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Authenticated with the box: it opens as this call's and this media stream's only. */
const contextOf = (stream: string, attempt: number): string => `trace:${stream}:${attempt}`;

/**
 * The object that a recording is kept as, and what the ledger says of it. Its name has the beginning of its hash: of two
 * workers that both think they carry the attempt, none takes the other's place.
 */
export const sealTrace = (
  stream: string,
  attempt: number,
  { packed, inputs, cut }: Recording,
  key: DataKey,
): { readonly content: Buffer; readonly stored: StoredTrace } => {
  const header = Buffer.from(`${HEADER}${key.id}\n`);
  const content = Buffer.concat([header, sealBox(key.key, packed, contextOf(stream, attempt))]);
  const sha256 = sha256Of(content);
  const { tenantId, id } = parseStreamName(stream);
  const object = `${FOLDER}/${tenantId}/${id}/${attempt}-${sha256.slice(0, 16)}.trace`;
  return { content, stored: { attempt, object, sha256, bytes: content.length, inputs, cut } };
};

export interface PackedTrace {
  /** As `unpackTrace` takes it: JSON, a line each, by gzip. */
  readonly packed: Buffer;
  /** What it's encrypted with. */
  readonly keyId: string;
}

/** Throws `BAD_USER_INPUT` for an object that isn't what was stored, and `UNAVAILABLE` when the store can't be read. */
export const openTrace = async (
  objects: ObjectStore,
  keys: KeyRing,
  stream: string,
  stored: StoredTrace,
): Promise<Trace | typeof ERASED | typeof MISSING> => {
  const opened = await openPacked(objects, keys, stream, stored);
  if (opened === ERASED || opened === MISSING) return opened;
  try {
    return unpackTrace(opened.packed);
  } catch (cause) {
    throw notTheTrace(stream, stored, cause);
  }
};

/** As `openTrace`, and leaves it packed. */
export const openPacked = async (
  objects: ObjectStore,
  keys: KeyRing,
  stream: string,
  stored: StoredTrace,
): Promise<PackedTrace | typeof ERASED | typeof MISSING> => {
  const { attempt, object, sha256 } = stored;
  const content = await objects.get(object);
  if (!content) return MISSING;
  const found = sha256Of(content);
  if (found !== sha256) {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `The object ${object} was changed: its SHA-256 is ${found}, and the ledger says ${sha256}.`,
      lost(object, 'changed'),
    );
  }
  const end = content.indexOf(LINE_END);
  const keyId = content.subarray(HEADER.length, end).toString('latin1');
  const key = (await keys.load([keyId])).opened(keyId);
  if (!key) return ERASED;
  try {
    return { packed: openBox(key, content.subarray(end + 1), contextOf(stream, attempt)), keyId };
  } catch (cause) {
    throw notTheTrace(stream, stored, cause);
  }
};

const notTheTrace = (stream: string, { attempt, object }: StoredTrace, cause: unknown): AppError =>
  new AppError(
    ErrorCode.BAD_USER_INPUT,
    `The object ${object} is not the trace of media stream ${attempt} of ${stream} (${messageOf(cause)}).`,
    lost(object, 'changed'),
    { cause },
  );
