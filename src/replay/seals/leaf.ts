import { hash } from 'node:crypto';
import type { StoredEvent } from '../../ledger/event-store.js';

export const HASH_BYTES = 32;

/** The chain before the ledger's first event. */
export const GENESIS: Buffer = Buffer.alloc(HASH_BYTES);

const LENGTH_BYTES = 4;

/** Each text with its length before it, so that nothing can move from one field into its neighbour. */
export const lengthPrefixed = (fields: readonly string[]): Buffer => {
  let size = 0;
  for (const field of fields) size += LENGTH_BYTES + Buffer.byteLength(field);
  // One buffer and no copies: the sealer does this for every event that there is.
  const bytes = Buffer.allocUnsafe(size);
  let end = 0;
  for (const field of fields) {
    const length = bytes.write(field, end + LENGTH_BYTES, 'utf8');
    bytes.writeUInt32BE(length, end);
    end += LENGTH_BYTES + length;
  }
  return bytes;
};

/** JSON without spaces and with sorted keys, whatever order a store keeps them in: as RFC 8785 has it. */
export const canonicalJson = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(',')}}`;
};

/**
 * The SHA-256 of an event as stored: position, stream, revision, id, type, time of storing, data as its text is, and
 * metadata, with `schemaVersion`, as canonical JSON. Fixed for ever: every seal stands on it.
 */
export const leafOf = (event: StoredEvent): Buffer =>
  sha256(
    lengthPrefixed([
      event.position,
      event.stream,
      String(event.revision),
      event.id,
      event.type,
      event.createdAt,
      event.data,
      canonicalJson({ ...event.metadata, schemaVersion: event.schemaVersion }),
    ]),
  );

/** The chain after one more event. */
export const chained = (previous: Buffer, leaf: Buffer): Buffer => sha256(Buffer.concat([previous, leaf]));

const sha256 = (bytes: Buffer): Buffer => hash('sha256', bytes, 'buffer');
