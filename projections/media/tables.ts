import type { ProviderUsage } from '../../src/domain/call/media-events.js';
import {
  boolean,
  defineTable,
  integer,
  json,
  type NamedTable,
  nullable,
  real,
  text,
} from '../runtime/table.js';

/** A call's media streams: what is recorded of each, and how it was. Nothing in it is personal. */
export const mediaStreamsTable = defineTable(
  'media_streams',
  {
    tenantId: text,
    callId: text,
    attempt: integer,
    /** On the call's clock. */
    startedAtMs: integer,
    /** The list of the recording's parts, in the object store; `null`: it isn't stored, or there is none. */
    recordingObject: nullable(text),
    recordingSha256: nullable(text),
    recordingStartedAtMs: nullable(integer),
    recordingDurationMs: nullable(integer),
    recordingComplete: nullable(boolean),
    /** `null`, as what follows: it wasn't measured, as where its worker died. */
    receivedFrames: nullable(integer),
    sentFrames: nullable(integer),
    gaps: nullable(integer),
    gapMs: nullable(integer),
    longestGapMs: nullable(integer),
    jitterMs: nullable(real),
    maxJitterMs: nullable(real),
    underruns: nullable(integer),
    underrunMs: nullable(integer),
    lateMarks: nullable(integer),
    /** `null` also where its measure is from before they were counted. */
    echoes: nullable(integer),
    /** What it used of its providers; `null` also where its end is from before that was told. */
    usage: nullable(json<readonly ProviderUsage[]>()),
  },
  { key: ['callId', 'attempt'] },
);

/** Of versions 1 and 2. */
export const earlierMediaTables: readonly NamedTable[] = [
  { name: 'media_streams', personal: { columns: [], subjects: {} } },
];
