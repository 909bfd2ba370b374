import { inThread } from './in-thread.js';
import type { ParsedDocument } from './parse.js';

/** `chunkDocument` in a thread of its own: counting the tokens of 10 MB takes seconds, and calls go on meanwhile. */
export const chunkAside = (document: ParsedDocument, signal: AbortSignal): Promise<readonly string[]> =>
  inThread({ do: 'chunk', document }, signal);
