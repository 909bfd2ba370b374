import { AppError, ErrorCode } from '../domain/errors.js';
import { decodeMuLaw } from './mu-law.js';
import { pcmFromBytes } from './pcm-bytes.js';

export interface Wav {
  /** How the file stored its samples. */
  readonly format: 'pcm16' | 'mu-law';
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Decoded; of several channels interleaved: left, right, left, right … */
  readonly samples: Int16Array;
}

/** The format tags of RIFF (mmreg.h) that we read, or that people try. */
const PCM = 1;
const MU_LAW = 7;
const EXTENSIBLE = 0xfffe;
const FORMAT_NAMES: Readonly<Record<number, string>> = { 1: 'PCM', 3: 'IEEE float', 6: 'A-law', 7: 'mu-law' };

const ACCEPTED = 'Accepted are WAV files of 16-bit PCM or 8-bit mu-law.';

/** A writer to a pipe can't go back to fill in the length: it leaves one near 2^31 or 2^32, and the data runs to the end. */
const UNKNOWN_LENGTH_BYTES = 0x7f00_0000;

/**
 * Reads a WAV file. A data chunk without a known length runs to the file's end; half a sample at its end is dropped.
 * Throws BAD_USER_INPUT for what isn't WAV, for other encodings, and for a file that is cut off.
 */
export const readWav = (bytes: Uint8Array): Wav => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < 12 || fourCc(file, 0) !== 'RIFF' || fourCc(file, 8) !== 'WAVE') {
    throw rejected(`This is not a WAV file: it doesn't start with RIFF … WAVE (${file.length} bytes).`);
  }
  let format: Format | null = null;
  for (let at = 12; at + 8 <= file.length; ) {
    const id = fourCc(file, at);
    const lengthBytes = file.readUInt32LE(at + 4);
    const body = file.subarray(at + 8, at + 8 + lengthBytes);
    if (body.length < lengthBytes && !(id === 'data' && lengthBytes >= UNKNOWN_LENGTH_BYTES)) {
      throw rejected(
        `The WAV file is cut off: its chunk ${JSON.stringify(id)} has ${body.length} of ${lengthBytes} bytes. Send the whole file.`,
      );
    }
    if (id === 'fmt ') format = readFormat(body);
    if (id === 'data') {
      if (format === null) throw rejected('The WAV file has no "fmt " chunk before its data.');
      return { ...format, samples: readSamples(body, format) };
    }
    at += 8 + lengthBytes + (lengthBytes & 1); // chunks start at even offsets
  }
  throw rejected('The WAV file is cut off: it has no "data" chunk. Send the whole file.');
};

type Format = Omit<Wav, 'samples'>;

const readFormat = (body: Buffer): Format => {
  if (body.length < 16)
    throw rejected(`The WAV file's "fmt " chunk has ${body.length} bytes, not 16 or more.`);
  const outerTag = body.readUInt16LE(0);
  // The extensible form has the real tag as the first bytes of a GUID.
  const tag = outerTag === EXTENSIBLE && body.length >= 26 ? body.readUInt16LE(24) : outerTag;
  const channels = body.readUInt16LE(2);
  const sampleRateHz = body.readUInt32LE(4);
  const bits = body.readUInt16LE(14);
  if (channels === 0 || sampleRateHz === 0) {
    throw rejected(`The WAV file declares ${channels} channels at ${sampleRateHz} Hz.`);
  }
  if (tag === PCM && bits === 16) return { format: 'pcm16', sampleRateHz, channels };
  if (tag === MU_LAW && bits === 8) return { format: 'mu-law', sampleRateHz, channels };
  const name = FORMAT_NAMES[tag] ?? `an unknown encoding (format ${tag})`;
  throw rejected(`The WAV file holds ${name} of ${bits} bits.`);
};

const readSamples = (data: Buffer, { format, channels }: Format): Int16Array => {
  const samples = format === 'pcm16' ? pcmFromBytes(data) : decodeMuLaw(data);
  return samples.subarray(0, samples.length - (samples.length % channels));
};

/** One channel as `samples`, or one to many as `channels`, where shorter ones end in silence. */
export type WavSource =
  | { readonly samples: Int16Array; readonly sampleRateHz: number }
  | { readonly channels: readonly [Int16Array, ...Int16Array[]]; readonly sampleRateHz: number };

const HEADER_BYTES = 44;

/** A WAV file of 16-bit PCM. */
export const writeWav = (source: WavSource): Uint8Array => {
  const channels = 'samples' in source ? [source.samples] : source.channels;
  const frameBytes = 2 * channels.length;
  const dataBytes = frameBytes * Math.max(...channels.map((channel) => channel.length));
  const file = Buffer.alloc(HEADER_BYTES + dataBytes);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(PCM, 20);
  file.writeUInt16LE(channels.length, 22);
  file.writeUInt32LE(source.sampleRateHz, 24);
  file.writeUInt32LE(source.sampleRateHz * frameBytes, 28);
  file.writeUInt16LE(frameBytes, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataBytes, 40);
  channels.forEach((channel, index) => {
    const offset = HEADER_BYTES + 2 * index;
    channel.forEach((sample, n) => {
      file.writeInt16LE(sample, offset + n * frameBytes);
    });
  });
  return file;
};

/** With the chunk `fact`, which formats other than PCM must have. */
export const MU_LAW_WAV_HEADER_BYTES = 58;

/** What stands before `dataBytes` of mu-law, a byte a sample, of several channels interleaved: together a WAV file. */
export const muLawWavHeader = ({
  channels,
  sampleRateHz,
  dataBytes,
}: {
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly dataBytes: number;
}): Buffer => {
  const header = Buffer.alloc(MU_LAW_WAV_HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(MU_LAW_WAV_HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  // 18 bytes: without the size of an extension (here 0) some players refuse it.
  header.writeUInt32LE(18, 16);
  header.writeUInt16LE(MU_LAW, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(sampleRateHz * channels, 28);
  header.writeUInt16LE(channels, 32);
  header.writeUInt16LE(8, 34);
  header.write('fact', 38, 'latin1');
  header.writeUInt32LE(4, 42);
  header.writeUInt32LE(dataBytes / channels, 46);
  header.write('data', 50, 'latin1');
  header.writeUInt32LE(dataBytes, 54);
  return header;
};

const fourCc = (file: Buffer, at: number): string => file.toString('latin1', at, at + 4);

const rejected = (problem: string): AppError =>
  new AppError(ErrorCode.BAD_USER_INPUT, `${problem} ${ACCEPTED}`);
