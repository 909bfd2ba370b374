import { createHash } from 'node:crypto';
import { MU_LAW_WAV_HEADER_BYTES } from '../../audio/wav.js';
import type { LedgerEvent } from '../../domain/events.js';
import { type EventFiles, type FileWriter, openedOrLost } from '../../ledger/event-files.js';
import type { DataKey } from '../../ledger/keys/key-ring.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import type { ObjectStore } from '../../objects/object-store.js';
import {
  describePart,
  partObject,
  type RecordingPart,
  recordingFolder,
  sealList,
  sealPart,
} from './recording-object.js';
import { FRAME_BYTES } from './stereo-window.js';
import { OpenRecording, StoredRecordings, type StoredRecordingsOptions } from './stored-recordings.js';

/** Media streams' recordings, each as a WAV file. */
export const recordingFiles =
  (options: StoredRecordingsOptions): EventFiles =>
  (record) => {
    if (record.type !== 'RecordingStored') return null;
    return {
      kind: 'recording',
      mediaType: 'audio/wav',
      open: () =>
        openedOrLost(async () => {
          const opened = await new StoredRecordings(options).openStream(record.data);
          if (!(opened instanceof OpenRecording)) return opened;
          const { bytes, keyId } = opened;
          return { bytes, keyId, content: () => opened.content(0, bytes) };
        }),
      write: (key) => new RecordingWriter(options.objects, record, key),
    };
  };

type RecordingRecord = Extract<LedgerRecord, { type: 'RecordingStored' }>;

class RecordingWriter implements FileWriter {
  readonly #folder: string;
  readonly #parts: RecordingPart[] = [];
  #headerBytes = MU_LAW_WAV_HEADER_BYTES;
  /** Less than a frame. */
  #waiting: Buffer = Buffer.alloc(0);
  #audioBytes = 0;

  constructor(
    private readonly objects: ObjectStore,
    private readonly record: RecordingRecord,
    private readonly key: DataKey,
  ) {
    const unique = createHash('sha256').update(record.id).digest('hex').slice(0, 12);
    this.#folder = recordingFolder(record.stream, record.data.attempt, unique);
  }

  async add(bytes: Uint8Array): Promise<void> {
    const audio = bytes.subarray(Math.min(this.#headerBytes, bytes.length));
    this.#headerBytes -= bytes.length - audio.length;
    this.#audioBytes += audio.length;
    this.#waiting = Buffer.concat([this.#waiting, audio]);
    while (this.#waiting.length >= FRAME_BYTES) {
      await this.#store(this.#waiting.subarray(0, FRAME_BYTES));
      this.#waiting = this.#waiting.subarray(FRAME_BYTES);
    }
  }

  async end(): Promise<LedgerEvent> {
    if (this.#waiting.length > 0) await this.#store(this.#waiting);
    const { data } = this.record;
    const { object, content, sha256 } = sealList(this.#folder, {
      format: 1,
      keyId: this.#parts.length > 0 ? this.key.id : null,
      audioBytes: this.#audioBytes,
      complete: data.complete,
      parts: this.#parts,
    });
    await this.objects.put(object, content);
    const bytes = this.#parts.reduce((sum, part) => sum + part.bytes, 0);
    return { type: 'RecordingStored', data: { ...data, object, sha256, bytes } };
  }

  async #store(frame: Buffer): Promise<void> {
    const index = this.#parts.length;
    const object = partObject(this.#folder, index);
    const { content } = sealPart(this.#folder, index, frame, this.key);
    const isNew = await this.objects.put(object, content);
    // Of an import that was interrupted: encrypted again, the same frame has other bytes.
    const there = isNew ? content : await this.objects.get(object);
    this.#parts.push(describePart(index, there ?? content).part);
  }
}
