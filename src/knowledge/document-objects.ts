import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';
import { parseStreamName } from '../domain/stream.js';
import { ERASED, lost, MISSING } from '../ledger/event-files.js';
import type { DataKey, KeyRing } from '../ledger/keys/key-ring.js';
import { BOX_OVERHEAD_BYTES, openBox, sealBox } from '../ledger/keys/secret-box.js';
import type { ObjectStore } from '../objects/object-store.js';

const FOLDER = 'documents';
/** Before the boxes, in a line of its own: which key opens them. */
const HEADER = 'ledgerline-document-1 ';
const LINE_END = 0x0a;
/** Encrypted at once, in under a millisecond: calls on the same event loop aren't held up. */
const FRAME_BYTES = 256 * 1024;
const BOX_BYTES = FRAME_BYTES + BOX_OVERHEAD_BYTES;

/** What there is of a document: as it came, and what was made of it. */
export type DocumentPart = 'original' | 'text' | 'chunks' | 'vectors';

/** As an event names it. */
export interface StoredObject {
  readonly object: string;
  /** Of the object as stored, in hexadecimal. */
  readonly sha256: string;
}

export interface OpenObject {
  readonly content: Buffer;
  /** What opened it. */
  readonly key: DataKey;
}

const tenantFolder = (tenantId: string): string => `${FOLDER}/${tenantId}`;

const documentFolder = (stream: string): string => {
  const { tenantId, id } = parseStreamName(stream);
  return `${tenantFolder(tenantId)}/${id}`;
};

export interface MadePart {
  readonly stored: StoredObject;
  readonly content: Buffer;
}

export interface DocumentObjectsOptions {
  readonly objects: ObjectStore;
  readonly keys: KeyRing;
}

/** The objects of documents, encrypted: each part has one name, and its first content stays. */
export class DocumentObjects {
  readonly #objects: ObjectStore;
  readonly #keys: KeyRing;

  constructor({ objects, keys }: DocumentObjectsOptions) {
    this.#objects = objects;
    this.#keys = keys;
  }

  /**
   * Stores a part of a document, by whoever comes first. Returns what is there then, which may be another's. Throws
   * `UNAVAILABLE` when the object store is away.
   */
  async put(stream: string, part: DocumentPart, content: Uint8Array, key: DataKey): Promise<StoredObject> {
    const object = `${documentFolder(stream)}/${part}`;
    const sealed = await seal(object, content, key);
    const there = (await this.#objects.put(object, sealed)) ? null : await this.#find(stream, part);
    // Another's that was removed in the same moment was a removed document's: nobody will ask for this one.
    return there ?? { object, sha256: await sha256Of(sealed) };
  }

  /**
   * A part that is there already, though no event says so: its process died in between; else one that is made now. Throws
   * what `make` throws.
   */
  async findOrMake(
    stream: string,
    part: DocumentPart,
    key: DataKey,
    make: () => Promise<Uint8Array>,
  ): Promise<MadePart | typeof ERASED> {
    const there = await this.#find(stream, part);
    const stored = there ?? (await this.put(stream, part, await make(), key));
    const opened = await this.open(stored);
    // Removed in the same moment, as an erased tenant's are.
    if (opened === ERASED || opened === MISSING) return ERASED;
    return { stored, content: opened.content };
  }

  async #find(stream: string, part: DocumentPart): Promise<StoredObject | null> {
    const object = `${documentFolder(stream)}/${part}`;
    const there = await this.#objects.get(object);
    return there && { object, sha256: await sha256Of(there) };
  }

  /** Throws `UNAVAILABLE` when the object store is away, and `INTERNAL` for what isn't what was stored. */
  async open({ object, sha256 }: StoredObject): Promise<OpenObject | typeof ERASED | typeof MISSING> {
    const sealed = await this.#objects.get(object);
    if (!sealed) return MISSING;
    if ((await sha256Of(sealed)) !== sha256) throw changed(object);
    const { keyId, boxes } = partsOf(sealed);
    const key = await this.keyOf(keyId);
    return key ? { content: await open(object, boxes, key), key } : ERASED;
  }

  /** `null`: it's destroyed. */
  async keyOf(id: string): Promise<DataKey | null> {
    const key = (await this.#keys.load([id])).opened(id);
    return key ? { id, key } : null;
  }

  /** Whether there is something of a document that nobody can open any more. */
  async isErased(stream: string): Promise<boolean> {
    const folder = documentFolder(stream);
    for (const name of await this.#objects.list(folder)) {
      const sealed = await this.#objects.get(`${folder}/${name}`);
      if (sealed && (await this.keyOf(partsOf(sealed).keyId)) === null) return true;
    }
    return false;
  }

  /** All that there is of a document. Done again, it changes nothing. */
  async remove(stream: string): Promise<void> {
    const folder = documentFolder(stream);
    for (const name of await this.#objects.list(folder)) await this.#objects.remove(`${folder}/${name}`);
  }

  /** The ids of a tenant's documents, also of those whose objects were removed. */
  documentsOf(tenantId: string): Promise<readonly string[]> {
    return this.#objects.list(tenantFolder(tenantId));
  }
}

/** In steps, as it's encrypted. */
const sha256Of = async (bytes: Uint8Array): Promise<string> => {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += FRAME_BYTES) {
    hash.update(bytes.subarray(at, at + FRAME_BYTES));
    await setImmediate();
  }
  return hash.digest('hex');
};

const partsOf = (sealed: Buffer) => {
  const headerEnd = sealed.indexOf(LINE_END);
  return {
    keyId: sealed.subarray(HEADER.length, headerEnd).toString('latin1'),
    boxes: sealed.subarray(headerEnd + 1),
  };
};

const changed = (object: string, cause?: unknown): AppError =>
  new AppError(
    ErrorCode.INTERNAL,
    `The object ${object} was changed${cause === undefined ? '' : ` (${messageOf(cause)})`}.`,
    lost(object, 'changed'),
    { cause },
  );

/** Authenticated with each box: it opens in its place in its object only, and none can be left out. */
const contextOf = (object: string, frame: number, frames: number): string =>
  `document:${object}:${frame}:${frames}`;

const seal = async (object: string, content: Uint8Array, { id, key }: DataKey): Promise<Buffer> => {
  const frames = Math.ceil(content.length / FRAME_BYTES);
  const parts: Buffer[] = [Buffer.from(`${HEADER}${id}\n`)];
  for (let frame = 0; frame < frames; frame++) {
    const plain = content.subarray(frame * FRAME_BYTES, (frame + 1) * FRAME_BYTES);
    parts.push(sealBox(key, plain, contextOf(object, frame, frames)));
    await setImmediate();
  }
  return Buffer.concat(parts);
};

const open = async (object: string, boxes: Buffer, { key }: DataKey): Promise<Buffer> => {
  const frames = Math.ceil(boxes.length / BOX_BYTES);
  const parts: Buffer[] = [];
  for (let frame = 0; frame < frames; frame++) {
    const box = boxes.subarray(frame * BOX_BYTES, (frame + 1) * BOX_BYTES);
    try {
      parts.push(openBox(key, box, contextOf(object, frame, frames)));
    } catch (cause) {
      throw changed(object, cause);
    }
    await setImmediate();
  }
  return Buffer.concat(parts);
};
