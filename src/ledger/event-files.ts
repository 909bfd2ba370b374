import { isAppError } from '../domain/errors.js';
import type { LedgerEvent } from '../domain/events.js';
import type { DataKey } from './keys/key-ring.js';
import type { LedgerRecord } from './ledger.js';

/** What events name in the object store: a media stream as it was heard, and as it was decided on; what there is of a document. */
export const fileKinds = ['recording', 'trace', 'original', 'text', 'chunks', 'vectors'] as const;
export type FileKind = (typeof fileKinds)[number];

/** Its key was destroyed. */
export const ERASED = 'erased';
/** The object store hasn't got it. */
export const MISSING = 'missing';
/** Beside those: it isn't what was stored. */
export const lostStates = [ERASED, MISSING, 'changed'] as const;
export type LostState = (typeof lostStates)[number];

export interface OpenFile {
  /** In the clear. */
  readonly bytes: number;
  /** What it's encrypted with; `null`: nothing is in it. */
  readonly keyId: string | null;
  /** Once. Throws what `lostIn` knows, and `UNAVAILABLE` when the object store is away. */
  content(): AsyncIterable<Uint8Array>;
}

/** Takes a file's bytes in their order, in pieces of any size. Both throw `UNAVAILABLE` when the object store is away. */
export interface FileWriter {
  add(bytes: Uint8Array): Promise<void>;
  /** Once it's stored: the event as it names it here. */
  end(): Promise<LedgerEvent>;
}

/** The file that an event names. */
export interface EventFile {
  readonly kind: FileKind;
  /** As in `Content-Type`. */
  readonly mediaType: string;
  /** Throws `UNAVAILABLE` when the object store is away. */
  open(): Promise<OpenFile | LostState>;
  /** Stores one that `open` gave elsewhere; again, it changes nothing. */
  write(key: DataKey): FileWriter;
}

/** Finds an event's file; `null`: it names none. */
export type EventFiles = (record: LedgerRecord) => EventFile | null;

/** Those of several; an event's file is known to one. */
export const anyFiles =
  (...all: readonly EventFiles[]): EventFiles =>
  (record) => {
    for (const files of all) {
      const file = files(record);
      if (file) return file;
    }
    return null;
  };

/** A file that is in memory as a whole. */
export const wholeFile = (content: Uint8Array, keyId: string): OpenFile => ({
  bytes: content.length,
  keyId,
  async *content() {
    yield content;
  },
});

/** Keeps a file in memory until it's whole. */
export const wholeFileWriter = (store: (content: Buffer) => Promise<LedgerEvent>): FileWriter => {
  const pieces: Uint8Array[] = [];
  return {
    add: async (bytes) => {
      pieces.push(bytes);
    },
    end: () => store(Buffer.concat(pieces)),
  };
};

/** Details of an error that says that an object can't be read, and never will be. */
export const lost = (object: string, state: LostState) => ({ object, lost: state });

/** `null`: it says something else. */
export const lostIn = (error: unknown): LostState | null =>
  (isAppError(error) && lostStates.find((state) => state === error.details.lost)) || null;

/** What `open` gives, or what the error says that it throws. */
export const openedOrLost = async (
  open: () => Promise<OpenFile | LostState>,
): Promise<OpenFile | LostState> => {
  try {
    return await open();
  } catch (error) {
    const state = lostIn(error);
    if (state) return state;
    throw error;
  }
};
