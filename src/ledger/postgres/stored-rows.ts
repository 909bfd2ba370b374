import type pg from 'pg';
import type { EventMetadata } from '../../domain/event.js';
import type { StoredEvent } from '../event-store.js';

export const EVENT_COLUMNS =
  'position, stream_name, revision, event_id, type, schema_version, data, metadata, created_at';

/** In the order of `EVENT_COLUMNS`, as text. */
export type EventRow = [
  position: string,
  stream: string,
  revision: string,
  id: string,
  type: string,
  schemaVersion: string,
  data: string,
  metadata: string,
  createdAt: string,
];

/** Leaves every column as the text it came in: pg's own parsers make a Date and two objects a row. */
export const asText: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => text };

/** `2026-11-21 01:32:33.123456+00`, in a session of `connectionTo`. */
const isoTime = (text: string): string => `${text.slice(0, 10)}T${text.slice(11, text.lastIndexOf('+'))}Z`;

/** What is no JSON was tampered with. It's given on, so that the seals can name the event, and the others can be read. */
const parseMetadata = (text: string): EventMetadata => {
  try {
    return JSON.parse(text) as EventMetadata;
  } catch {
    return { $unreadable: text } as unknown as EventMetadata;
  }
};

export const storedEvent = (row: EventRow): StoredEvent => ({
  position: row[0],
  stream: row[1],
  revision: Number(row[2]),
  id: row[3],
  type: row[4],
  schemaVersion: Number(row[5]),
  data: row[6],
  metadata: parseMetadata(row[7]),
  createdAt: isoTime(row[8]),
});
