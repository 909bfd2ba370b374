import { z } from 'zod';
import { subjectKinds } from '../erasure/events.js';
import { defineEvent, type EventOf } from '../event.js';

/** Everything about a subject, in a file that its owner can take along. Nothing here is personal: the file is encrypted. */
export const exportEvents = {
  DataExportRequested: defineEvent('DataExportRequested', {
    exportId: z.string(),
    kind: z.enum(subjectKinds),
    /** A contact's is a pseudonym: HMAC(tenant, number). */
    subjectId: z.string(),
  }),
  DataExportReady: defineEvent('DataExportReady', {
    exportId: z.string(),
    /** In the object store: the list of the archive's parts. */
    object: z.string(),
    /** Of that object, in hexadecimal. Not of the archive: who knows the rest of it could find a number by trying. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** The archive's size, as it's downloaded. */
    bytes: z.int().min(0),
    /** How many events it has. */
    events: z.int().min(0),
  }),
  DataExportFailed: defineEvent('DataExportFailed', {
    exportId: z.string(),
    /** A sentence for whoever asked. */
    reason: z.string().max(500),
  }),
};

export type ExportEvent = EventOf<typeof exportEvents>;
/** A finished archive, and where it is. */
export type StoredArchive = Omit<Extract<ExportEvent, { type: 'DataExportReady' }>['data'], 'exportId'>;
