import { FRAME_BYTES } from '../../audio/mu-law.js';
import { AppError, ErrorCode } from '../../domain/errors.js';

/**
 * Words that travel in the audio itself. A frame's 160 low bits are 20 bytes, the first byte's high bit first:
 *
 *     A5 | sequence (3 bits) and length code (5 bits) | CRC-8 of that byte and the text | UTF-8 | up to two zero bytes
 *
 * Each frame of a word says the whole word, so one that arrives is enough. A word of over 17 bytes is cut into parts, each
 * over a share of the word's frames. Each part has the next sequence number, which also tells "yes yes" from a long "yes".
 * What the text leaves over stays as the voice has it: most words use half of the low bits, which gains 3 dB.
 */
export interface Mark {
  /** The word, or a part of one. */
  readonly text: string;
  /** 0 to 7, one more for each part of each word. */
  readonly sequence: number;
  /** The word goes on with the next sequence number. */
  readonly goesOn: boolean;
}

export interface MarkedWord {
  /** As long as the frames that went in. */
  readonly frames: Uint8Array;
  /** For the word after it. */
  readonly nextSequence: number;
}

export const SEQUENCES = 8;

const MARK_BYTES = FRAME_BYTES / 8;
const MAGIC = 0xa5;
const HEADER_BYTES = 3;
const MAX_PART_BYTES = MARK_BYTES - HEADER_BYTES;
/** With them a frame of noise is taken for a word once in 10¹¹; without, about once in ten hours. */
const ZERO_BYTES = 2;

/** Codes up to 17 are the length of a word's last part; a part before it, of 14 to 17 bytes, has this much less than 31. */
const GOES_ON_CODE = 31;
/** A part ends between two characters, whose UTF-8 has 4 bytes at most. */
const MIN_GOING_ON_BYTES = MAX_PART_BYTES - 3;

/** How many frames a word needs at least: one a part. */
export const framesNeeded = (word: string): number => partsOf(word).length;

/**
 * A word's frames with the word in their low bits; the frames that went in stay as they are. `sequence`: the
 * `nextSequence` of the word before. Throws INTERNAL for an empty word and for fewer frames than `framesNeeded`.
 */
export const markWord = (frames: Uint8Array, word: string, sequence: number): MarkedWord => {
  const parts = partsOf(word);
  const count = Math.floor(frames.length / FRAME_BYTES);
  if (parts.length === 0 || count < parts.length) {
    throw new AppError(
      ErrorCode.INTERNAL,
      `A word of ${parts.length} parts can't travel in ${count} frames: give it a frame a part, and a part at least.`,
    );
  }
  const marked = frames.slice();
  for (const [n, part] of parts.entries()) {
    const mark = encodePart(part, (sequence + n) % SEQUENCES, n < parts.length - 1);
    const end = Math.floor(((n + 1) * count) / parts.length);
    for (let frame = Math.floor((n * count) / parts.length); frame < end; frame++) {
      writeLowBits(marked, frame * FRAME_BYTES, mark);
    }
  }
  return { frames: marked, nextSequence: (sequence + parts.length) % SEQUENCES };
};

/** What a frame of 160 bytes says; `null` where it isn't marked, or not whole. */
export const readMark = (frame: Uint8Array): Mark | null => {
  if (frame.length !== FRAME_BYTES || lowBits(frame, 0) !== MAGIC) return null;
  const header = lowBits(frame, 1);
  const code = header & 0x1f;
  const goesOn = code >= GOES_ON_CODE - MAX_PART_BYTES + MIN_GOING_ON_BYTES;
  const length = goesOn ? MAX_PART_BYTES - GOES_ON_CODE + code : code;
  if (length === 0 || length > MAX_PART_BYTES) return null;
  const mark = new Uint8Array(usedBytes(length));
  for (let n = 1; n < mark.length; n++) mark[n] = lowBits(frame, n);
  const end = HEADER_BYTES + length;
  for (let n = end; n < mark.length; n++) if (mark[n] !== 0) return null;
  if (mark[2] !== checksum(mark, end)) return null;
  const text = decoded(mark.subarray(HEADER_BYTES, end));
  return text === null ? null : { text, sequence: header >> 5, goesOn };
};

const usedBytes = (textBytes: number): number => Math.min(MARK_BYTES, HEADER_BYTES + textBytes + ZERO_BYTES);

/** A word's UTF-8 in parts of at most 17 bytes, cut between characters: so each part is valid UTF-8, which is checked. */
const partsOf = (word: string): readonly Uint8Array[] => {
  const bytes = new TextEncoder().encode(word);
  const parts: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(bytes.length, start + MAX_PART_BYTES);
    while (isContinuation(bytes[end])) end--;
    parts.push(bytes.subarray(start, end));
    start = end;
  }
  return parts;
};

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

const encodePart = (text: Uint8Array, sequence: number, goesOn: boolean): Uint8Array => {
  const mark = new Uint8Array(usedBytes(text.length));
  mark[0] = MAGIC;
  mark[1] = (sequence << 5) | (goesOn ? GOES_ON_CODE - MAX_PART_BYTES + text.length : text.length);
  mark.set(text, HEADER_BYTES);
  mark[2] = checksum(mark, HEADER_BYTES + text.length);
  return mark;
};

const writeLowBits = (audio: Uint8Array, offset: number, mark: Uint8Array): void => {
  for (let bit = 0; bit < 8 * mark.length; bit++) {
    const value = ((mark[bit >> 3] as number) >> (7 - (bit & 7))) & 1;
    audio[offset + bit] = ((audio[offset + bit] as number) & 0xfe) | value;
  }
};

const lowBits = (frame: Uint8Array, byte: number): number => {
  let value = 0;
  for (let bit = 0; bit < 8; bit++) value = (value << 1) | ((frame[8 * byte + bit] as number) & 1);
  return value;
};

/** `ignoreBOM`: a word may begin with U+FEFF, and keeps it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decoded = (bytes: Uint8Array): string | null => {
  try {
    return utf8.decode(bytes);
  } catch {
    return null; // chance made the magic byte and the checksum: it's no text
  }
};

/** CRC-8 with the polynomial x⁸ + x² + x + 1 (as in ATM's header), by byte. */
const CRC = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x80 ? 0x107 : 0);
  return crc;
});

/** Of the length's byte and the text, which ends at `end`. */
const checksum = (mark: Uint8Array, end: number): number => {
  let crc = CRC[mark[1] as number] as number;
  for (let n = HEADER_BYTES; n < end; n++) crc = CRC[crc ^ (mark[n] as number)] as number;
  return crc;
};
