import type { DocumentMediaType } from './media-types.js';
import type { ParsedDocument } from './parse.js';
import type { Unreadable } from './unreadable.js';

/** What a thread is started for, and what comes of it. */
export type DocumentTask =
  | { readonly do: 'parse'; readonly bytes: Uint8Array; readonly mediaType: DocumentMediaType }
  | { readonly do: 'chunk'; readonly document: ParsedDocument };

export interface DocumentResults {
  readonly parse: ParsedDocument;
  readonly chunk: readonly string[];
}

/** An error loses its class on the way between threads. */
export type DocumentAnswer =
  | { readonly result: DocumentResults[DocumentTask['do']] }
  | { readonly reason: Unreadable; readonly message: string };
