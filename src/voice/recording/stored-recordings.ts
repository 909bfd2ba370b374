import { MU_LAW_SILENCE, SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { MU_LAW_WAV_HEADER_BYTES, muLawWavHeader } from '../../audio/wav.js';
import type { CallEvent } from '../../domain/call/events.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { callStream } from '../../domain/stream.js';
import { ERASED, lost, MISSING } from '../../ledger/event-files.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { ObjectStore } from '../../objects/object-store.js';
import {
  openPart,
  type PartList,
  parseList,
  partObject,
  type RecordingPart,
  sha256Of,
} from './recording-object.js';
import { CHANNELS, FRAME_BYTES, SAMPLE_BYTES, SAMPLES_A_MS } from './stereo-window.js';

export type StoredRecording = Extract<CallEvent, { type: 'RecordingStored' }>['data'];

export interface StoredRecordingsOptions {
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
}

/** A stretch of a call's recording: one part of one media stream's. */
interface Stretch {
  /** In the file's audio. */
  readonly start: number;
  readonly folder: string;
  readonly keyId: string;
  readonly part: RecordingPart;
}

/** The recordings of calls, for those who may listen to them. */
export class StoredRecordings {
  readonly #options: StoredRecordingsOptions;

  constructor(options: StoredRecordingsOptions) {
    this.#options = options;
  }

  /**
   * A call's recording, of all its media streams; `null`: there is none. Throws `INTERNAL` for an object that isn't what was
   * stored, and `UNAVAILABLE` when it can't be read.
   */
  async open(
    tenantId: string,
    callId: string,
  ): Promise<OpenRecording | typeof ERASED | typeof MISSING | null> {
    const events = (await this.#options.ledger.readStream(
      callStream(tenantId, callId),
    )) as readonly unknown[];
    const stored = (events as readonly CallEvent[])
      .flatMap((event) => (event.type === 'RecordingStored' ? [event.data] : []))
      .sort((a, b) => a.startedAtMs - b.startedAtMs);
    return stored.length === 0 ? null : this.#openAll(stored);
  }

  /** One media stream's. Throws as `open`. */
  openStream(stored: StoredRecording): Promise<OpenRecording | typeof ERASED | typeof MISSING> {
    return this.#openAll([stored]);
  }

  /** In the order of their beginnings, one at least. */
  async #openAll(
    stored: readonly StoredRecording[],
  ): Promise<OpenRecording | typeof ERASED | typeof MISSING> {
    const lists: PartList[] = [];
    for (const recording of stored) {
      const list = await this.#readList(recording);
      if (list === null) return MISSING;
      lists.push(list);
    }
    const keyIds = lists.flatMap(({ keyId }) => keyId ?? []);
    const loaded = await this.#options.ledger.keys.load(keyIds);
    if (keyIds.some((keyId) => !loaded.opened(keyId))) return ERASED;
    return new OpenRecording(this.#options, stretchesOf(stored, lists), lengthOf(stored, lists));
  }

  async #readList({ object, sha256 }: StoredRecording): Promise<PartList | null> {
    const content = await this.#options.objects.get(object);
    if (!content) return null;
    requireUnchanged(object, content, sha256);
    return parseList(content);
  }
}

/** A call's recording that can be read, whole or in part, as a WAV file: stereo mu-law, the caller left, the agent right. */
export class OpenRecording {
  readonly #options: StoredRecordingsOptions;
  readonly #stretches: readonly Stretch[];
  readonly #header: Buffer;
  /** Of the file. */
  readonly bytes: number;
  /** What it's encrypted with, where it's one media stream's; `null`: it has no parts. */
  readonly keyId: string | null;

  constructor(options: StoredRecordingsOptions, stretches: readonly Stretch[], audioBytes: number) {
    this.#options = options;
    this.#stretches = stretches;
    this.#header = muLawWavHeader({
      channels: CHANNELS.length,
      sampleRateHz: SAMPLE_RATE_HZ,
      dataBytes: audioBytes,
    });
    this.bytes = this.#header.length + audioBytes;
    this.keyId = stretches[0]?.keyId ?? null;
  }

  /**
   * The file's bytes from `start` up to `end` (exclusive), a frame at a time. Throws `UNAVAILABLE` for a part that is gone or
   * erased, and `INTERNAL` for one that isn't what was stored.
   */
  async *content(start: number, end: number): AsyncIterable<Buffer> {
    if (start < this.#header.length) yield this.#header.subarray(start, end);
    const last = Math.min(end, this.bytes) - this.#header.length;
    let at = Math.max(0, start - this.#header.length);
    for (const stretch of this.#stretches) {
      const stretchEnd = stretch.start + stretch.part.audioBytes;
      if (stretchEnd <= at || stretch.start >= last) continue;
      yield* silence(at, Math.min(stretch.start, last));
      at = Math.max(at, stretch.start);
      const until = Math.min(stretchEnd, last);
      yield (await this.#read(stretch)).subarray(at - stretch.start, until - stretch.start);
      at = until;
    }
    yield* silence(at, last);
  }

  async #read({ folder, keyId, part }: Stretch): Promise<Buffer> {
    const { objects, ledger } = this.#options;
    const object = partObject(folder, part.index);
    const content = await objects.get(object);
    if (!content) {
      throw new AppError(ErrorCode.UNAVAILABLE, `The object ${object} is gone.`, lost(object, 'missing'));
    }
    requireUnchanged(object, content, part.sha256);
    // Again for each: the call may be erased while somebody listens.
    const key = (await ledger.keys.load([keyId])).opened(keyId);
    if (!key) {
      const message = `The call of ${object} was erased.`;
      throw new AppError(ErrorCode.UNAVAILABLE, message, lost(object, 'erased'));
    }
    return openPart(folder, part.index, content, key);
  }
}

/** Of the file that so long a recording is. */
export const fileBytesOf = (durationMs: number): number =>
  MU_LAW_WAV_HEADER_BYTES + durationMs * SAMPLES_A_MS * SAMPLE_BYTES;

function* silence(from: number, to: number): Iterable<Buffer> {
  for (let at = from; at < to; at += FRAME_BYTES) {
    yield Buffer.alloc(Math.min(FRAME_BYTES, to - at), MU_LAW_SILENCE);
  }
}

/** Where each recording begins in the file, which begins with the first. */
const startOf = ({ startedAtMs }: StoredRecording, [first]: readonly StoredRecording[]): number =>
  (startedAtMs - (first?.startedAtMs ?? startedAtMs)) * SAMPLES_A_MS * SAMPLE_BYTES;

const lengthOf = (stored: readonly StoredRecording[], lists: readonly PartList[]): number =>
  Math.max(...stored.map((recording, at) => startOf(recording, stored) + (lists[at]?.audioBytes ?? 0)));

/** In order. Where a worker that had lost the call went on for a while, what came later is cut off by what is first there. */
const stretchesOf = (stored: readonly StoredRecording[], lists: readonly PartList[]): readonly Stretch[] =>
  stored.flatMap((recording, at) => {
    const { keyId = null, parts = [] } = lists[at] ?? {};
    const folder = recording.object.slice(0, recording.object.lastIndexOf('/'));
    const offset = startOf(recording, stored);
    if (keyId === null) return [];
    return parts.map((part) => ({ start: offset + part.index * FRAME_BYTES, folder, keyId, part }));
  });

const requireUnchanged = (object: string, content: Buffer, sha256: string): void => {
  const found = sha256Of(content);
  if (found === sha256) return;
  throw new AppError(
    ErrorCode.INTERNAL,
    `The object ${object} was changed: its SHA-256 is ${found}, and the ledger says ${sha256}.`,
    lost(object, 'changed'),
  );
};
