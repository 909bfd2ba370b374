import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { parseStreamName } from '../../domain/stream.js';
import type { KeyRing } from '../../ledger/keys/key-ring.js';
import { openBox, sealBox } from '../../ledger/keys/secret-box.js';
import type { ObjectStore } from '../../objects/object-store.js';
import type { ArchiveLine } from './archive-lines.js';

/** What is decrypted at once: a range of an archive costs no more than it and its own length. */
const FRAME_BYTES = 64 * 1024;
/** What is in memory at once. */
const PART_BYTES = 4 * 1024 * 1024;
/** Before each box: its length, and which key opens it. */
const LENGTH_BYTES = 4;
const KEY_ID_BYTES = 26;

export const partSchema = z.strictObject({
  object: z.string(),
  /** Of the object as stored. */
  sha256: z.string(),
  /** Of the archive, in the clear. */
  bytes: z.int().min(0),
  keys: z.array(z.string()),
});

export type ArchivePart = Readonly<z.infer<typeof partSchema>>;

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Where an export's objects are. */
export const archiveFolder = (stream: string): string => {
  const { tenantId, id } = parseStreamName(stream);
  return `exports/${tenantId}/${id}`;
};

/** Authenticated with each box: it opens in its place in its export only. */
const contextOf = (stream: string, part: number, frame: number): string =>
  `export:${stream}:${part}:${frame}`;

export interface SealPartsOptions {
  readonly objects: ObjectStore;
  readonly keys: KeyRing;
  /** The export's. */
  readonly stream: string;
  /** Protects lines in which nothing is personal. */
  readonly plainKeyId: string;
  readonly lines: AsyncIterable<ArchiveLine>;
}

/**
 * Stores an archive in parts, and yields them. Each line is encrypted by the key that its event has in the ledger, so that
 * whoever is erased is out of every archive at once. Throws `RETRY_LATER` where somebody was erased meanwhile.
 */
export async function* sealParts(options: SealPartsOptions): AsyncIterable<ArchivePart> {
  let index = 0;
  let part = new GrowingPart(options, index);
  for await (const line of options.lines) {
    await part.add(line);
    if (part.bytes < PART_BYTES) continue;
    yield await part.store();
    part = new GrowingPart(options, ++index);
  }
  yield await part.store();
}

class GrowingPart {
  readonly #options: SealPartsOptions;
  readonly #index: number;
  readonly #boxes: Buffer[] = [];
  readonly #keys = new Set<string>();
  #frames = 0;
  #texts: string[] = [];
  #textLength = 0;
  /** Of the frame that grows; `null`: nothing personal is in it so far. */
  #keyId: string | null = null;
  bytes = 0;

  constructor(options: SealPartsOptions, index: number) {
    this.#options = options;
    this.#index = index;
  }

  async add({ text, keyId }: ArchiveLine): Promise<void> {
    const isOthers = keyId !== null && this.#keyId !== null && keyId !== this.#keyId;
    if (isOthers || this.#textLength >= FRAME_BYTES) await this.#sealFrame();
    this.#keyId ??= keyId;
    this.#texts.push(text);
    this.#textLength += text.length;
    this.bytes += Buffer.byteLength(text);
  }

  async store(): Promise<ArchivePart> {
    await this.#sealFrame();
    const { objects, stream } = this.#options;
    const content = Buffer.concat(this.#boxes);
    const sha256 = sha256Of(content);
    // With its hash: of two who make the same export, none takes the other's place.
    const object = `${archiveFolder(stream)}/${this.#index}-${sha256.slice(0, 16)}`;
    await objects.put(object, content);
    return { object, sha256, bytes: this.bytes, keys: [...this.#keys] };
  }

  async #sealFrame(): Promise<void> {
    if (this.#texts.length === 0) return;
    const { keys, stream, plainKeyId } = this.#options;
    const keyId = this.#keyId ?? plainKeyId;
    const key = (await keys.load([keyId])).opened(keyId);
    if (!key) throw new AppError(ErrorCode.RETRY_LATER, 'Somebody was erased while it was exported.');
    const box = sealBox(key, this.#texts.join(''), contextOf(stream, this.#index, this.#frames++));
    const head = Buffer.alloc(LENGTH_BYTES + KEY_ID_BYTES);
    head.writeUInt32BE(box.length);
    head.write(keyId, LENGTH_BYTES, 'latin1');
    this.#boxes.push(head, box);
    this.#keys.add(keyId);
    this.#keyId = null;
    this.#texts = [];
    this.#textLength = 0;
  }
}

/**
 * A part's frames, in the clear. Throws `UNAVAILABLE` where the object is gone or a key was destroyed, and `INTERNAL` for an
 * object that isn't what was stored.
 */
export async function* openPart(
  { objects, keys, stream }: Pick<SealPartsOptions, 'objects' | 'keys' | 'stream'>,
  { object, sha256, keys: keyIds }: ArchivePart,
  index: number,
): AsyncIterable<Buffer> {
  const content = await objects.get(object);
  if (!content) throw new AppError(ErrorCode.UNAVAILABLE, `The object ${object} is gone.`, { object });
  if (sha256Of(content) !== sha256) {
    throw new AppError(ErrorCode.INTERNAL, `The object ${object} was changed.`, { object });
  }
  const loaded = await keys.load(keyIds);
  let frame = 0;
  for (let at = 0; at < content.length; frame++) {
    const start = at + LENGTH_BYTES + KEY_ID_BYTES;
    const keyId = content.toString('latin1', at + LENGTH_BYTES, start);
    at = start + content.readUInt32BE(at);
    const key = loaded.opened(keyId);
    if (!key) throw new AppError(ErrorCode.UNAVAILABLE, `Somebody in ${object} was erased.`, { object });
    yield openBox(key, content.subarray(start, at), contextOf(stream, index, frame));
  }
}
