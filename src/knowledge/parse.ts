import { inThread } from './in-thread.js';
import type { DocumentMediaType } from './media-types.js';

export interface ParsedDocument {
  /** Paragraphs, in order; of a table, its rows. None is empty, or begins or ends with white space. */
  readonly blocks: readonly string[];
  /** `null` where the format has none. */
  readonly pages: number | null;
  /** What read it, with its version: another one may read the same bytes otherwise. */
  readonly parser: string;
}

/**
 * Reads a document in a thread of its own, which is stopped when it takes too much time or memory: the calls of this
 * process go on beside it, whatever is in the file. Throws `BAD_USER_INPUT` with the reason `PARSE_FAILED` or
 * `EMPTY_DOCUMENT`, and the signal's reason once that aborts.
 */
export const parseDocument = (
  bytes: Uint8Array,
  mediaType: DocumentMediaType,
  signal: AbortSignal,
): Promise<ParsedDocument> => inThread({ do: 'parse', bytes, mediaType }, signal);
