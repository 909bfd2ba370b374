import { createHash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { AppError, ErrorCode, messageOf } from '../../domain/errors.js';
import { parseStreamName } from '../../domain/stream.js';
import { lost } from '../../ledger/event-files.js';
import type { DataKey } from '../../ledger/keys/key-ring.js';
import { BOX_OVERHEAD_BYTES, openBox, sealBox } from '../../ledger/keys/secret-box.js';
import { FRAME_BYTES } from './stereo-window.js';

const FOLDER = 'recordings';
/** Before the box, in a line of its own: which key opens it. */
const HEADER = 'ledgerline-recording-1 ';
const LINE_END = 0x0a;
/** A part is a frame, named by its number: four hours have 3,516. */
const PART = /^\d{6}$/;
const LIST = /^list-[0-9a-f]{16}\.json$/;

const partSchema = z.strictObject({
  /** Which frame it is, from 0 on: those that aren't listed are silence. */
  index: z.int().min(0),
  /** Of the part as stored. */
  sha256: z.string(),
  /** Its size in the clear, and as stored. */
  audioBytes: z.int().min(1).max(FRAME_BYTES),
  bytes: z.int().min(1),
});

const listSchema = z.strictObject({
  format: z.literal(1),
  /** The call's; `null`: there is no part. */
  keyId: z.string().nullable(),
  /** Of the whole recording, with what is missing in it. */
  audioBytes: z.int().min(0),
  complete: z.boolean(),
  /** In order. */
  parts: z.array(partSchema),
});

export type RecordingPart = Readonly<z.infer<typeof partSchema>>;
/** What there is of a recording. */
export type PartList = Readonly<z.infer<typeof listSchema>>;

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A folder of its own for each worker that records an attempt. `unique`: hexadecimal. */
export const recordingFolder = (stream: string, attempt: number, unique: string): string => {
  const { tenantId, id } = parseStreamName(stream);
  return `${FOLDER}/${tenantId}/${id}/${attempt}-${unique}`;
};

export const partObject = (folder: string, index: number): string =>
  `${folder}/${String(index).padStart(6, '0')}`;

/** The number of the part of that name; `null`: it's no part. */
export const partIndex = (name: string): number | null => (PART.test(name) ? Number(name) : null);

export const isListName = (name: string): boolean => LIST.test(name);

/** Authenticated with the box: it opens in its place in its recording only. */
const contextOf = (folder: string, index: number): string => `recording:${folder}:${index}`;

/** A frame as it's stored. */
export const sealPart = (
  folder: string,
  index: number,
  frame: Uint8Array,
  { id, key }: DataKey,
): { readonly content: Buffer; readonly part: RecordingPart } => {
  const header = Buffer.from(`${HEADER}${id}\n`);
  const content = Buffer.concat([header, sealBox(key, frame, contextOf(folder, index))]);
  return { content, part: describePart(index, content).part };
};

/** What a part says of itself, without being opened. */
export const describePart = (
  index: number,
  content: Buffer,
): { readonly keyId: string; readonly part: RecordingPart } => {
  const headerEnd = content.indexOf(LINE_END);
  const audioBytes = content.length - headerEnd - 1 - BOX_OVERHEAD_BYTES;
  return {
    keyId: content.subarray(HEADER.length, headerEnd).toString('latin1'),
    part: { index, sha256: sha256Of(content), audioBytes, bytes: content.length },
  };
};

/** The frame. Throws `INTERNAL` for what isn't the part of that place in that recording. */
export const openPart = (folder: string, index: number, content: Buffer, key: KeyObject): Buffer => {
  try {
    return openBox(key, content.subarray(content.indexOf(LINE_END) + 1), contextOf(folder, index));
  } catch (cause) {
    const object = partObject(folder, index);
    throw new AppError(
      ErrorCode.INTERNAL,
      `The object ${object} is not that part of its recording (${messageOf(cause)}).`,
      lost(object, 'changed'),
      { cause },
    );
  }
};

/** A list as it's stored, with its hash in its name: of two who make one, none takes the other's place. */
export const sealList = (
  folder: string,
  list: PartList,
): { readonly object: string; readonly content: Buffer; readonly sha256: string } => {
  const content = Buffer.from(JSON.stringify(list));
  const sha256 = sha256Of(content);
  return { object: `${folder}/list-${sha256.slice(0, 16)}.json`, content, sha256 };
};

/** Throws a `SyntaxError` or a `ZodError` for what is none. */
export const parseList = (content: Buffer): PartList =>
  listSchema.parse(JSON.parse(content.toString('utf8')));
