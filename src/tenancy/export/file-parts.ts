import { type EventFile, type LostState, lostIn } from '../../ledger/event-files.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import type { ArchivedFilePart } from './archive-file.js';

/** Of a file, in a line. A multiple of three, so that the lines' base64 put together is the file's. */
const PART_BYTES = 48 * 1024;

export interface ProtectedPart {
  readonly part: ArchivedFilePart;
  /** The key that protects it; `null`: there is nothing of it. */
  readonly keyId: string | null;
}

/**
 * A file's parts. What can't be read any more ends with one that says why: an archive isn't refused to somebody because of a
 * recording that is gone. Throws `UNAVAILABLE` when the object store is away.
 */
export async function* fileParts(
  { stream, revision }: Pick<LedgerRecord, 'stream' | 'revision'>,
  { kind, mediaType, open }: EventFile,
): AsyncIterable<ProtectedPart> {
  const place = { stream, revision, file: kind, mediaType };
  const lostPart = (lost: LostState, part: number, parts: number): ProtectedPart => ({
    part: { ...place, part, parts, data: null, lost },
    keyId: null,
  });
  const opened = await open();
  if (typeof opened === 'string') return yield lostPart(opened, 0, 0);
  const parts = Math.ceil(opened.bytes / PART_BYTES);
  let part = 0;
  try {
    for await (const bytes of inPieces(opened.content())) {
      part++;
      yield { part: { ...place, part, parts, data: bytes.toString('base64') }, keyId: opened.keyId };
    }
  } catch (error) {
    const lost = lostIn(error);
    if (!lost) throw error;
    yield lostPart(lost, part + 1, parts);
  }
}

/** The same bytes, in pieces of `PART_BYTES` but for the last. */
async function* inPieces(content: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  let waiting = Buffer.alloc(0);
  for await (const bytes of content) {
    waiting = Buffer.concat([waiting, bytes]);
    let at = 0;
    for (; waiting.length - at > PART_BYTES; at += PART_BYTES) yield waiting.subarray(at, at + PART_BYTES);
    waiting = waiting.subarray(at);
  }
  if (waiting.length > 0) yield waiting;
}
