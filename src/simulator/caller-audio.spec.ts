import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeMuLaw, FRAME_BYTES } from '../audio/mu-law.js';
import { writeWav } from '../audio/wav.js';
import { speakMarked } from '../providers/sandbox/voice.js';
import { readMark } from '../providers/sandbox/watermark.js';
import { callerAudio, fileAudio, speechAudio } from './caller-audio.js';

const tone = (ms: number, sampleRateHz: number): Int16Array =>
  Int16Array.from({ length: (ms * sampleRateHz) / 1000 }, (_, n) =>
    Math.round(8000 * Math.sin((2 * Math.PI * 440 * n) / sampleRateHz)),
  );

/** A WAV file of mu-law has a header that our own writer doesn't write. */
const muLawWav = (muLaw: Uint8Array): Uint8Array => {
  const file = Buffer.from(writeWav({ samples: new Int16Array(muLaw.length / 2), sampleRateHz: 8000 }));
  file.writeUInt16LE(7, 20);
  file.writeUInt32LE(8000, 28);
  file.writeUInt16LE(1, 32);
  file.writeUInt16LE(8, 34);
  file.set(muLaw, 44);
  return file;
};

describe("a caller's audio from a file", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ledgerline-audio-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const written = async (name: string, bytes: Uint8Array): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, bytes);
    return path;
  };

  it.each([8000, 16_000, 24_000])('plays 16-bit PCM of %d Hz at its own pace', async (sampleRateHz) => {
    const wav = writeWav({ samples: tone(500, sampleRateHz), sampleRateHz });
    const { frames, spans } = await fileAudio(await written(`${sampleRateHz}.wav`, wav));
    expect(frames).toHaveLength(25);
    expect(spans).toHaveLength(1);
    expect(spans[0]?.toMs).toBeGreaterThan(490);
  });

  it('plays mu-law as it is, with or without a header: words in its low bits survive', async () => {
    const marked = await speakMarked('breakfast', { language: 'en' });
    for (const path of [await written('a.ulaw', marked), await written('a.wav', muLawWav(marked))]) {
      const { frames } = await fileAudio(path);
      const words = frames.map(({ bytes }) => readMark(bytes)?.text).filter((word) => word !== undefined);
      expect(new Set(words)).toEqual(new Set(['breakfast']));
    }
  });

  it.each([
    ['no-wav.wav', Buffer.from('hello'), "can't be played: This is not a WAV file"],
    ['empty.ulaw', Buffer.alloc(0), "can't be played: it holds no audio"],
    [
      'stereo.wav',
      writeWav({ channels: [tone(20, 8000), tone(20, 8000)], sampleRateHz: 8000 }),
      "can't be played: It has 2 channels",
    ],
    ['odd.wav', writeWav({ samples: tone(20, 8000), sampleRateHz: 11_025 }), '11025'],
  ])('refuses %s by its name', async (name, bytes, problem) => {
    const path = await written(name, bytes);
    const refusal = await fileAudio(path).then(
      () => 'none',
      (error: Error) => error.message,
    );
    expect(refusal).toContain(name);
    expect(refusal).toContain(problem);
  });

  it('refuses a file that is not there', async () => {
    await expect(fileAudio(join(directory, 'missing.wav'))).rejects.toThrow(
      /missing\.wav can't be played: ENOENT/,
    );
  });
});

describe("a caller's audio", () => {
  it('is cut into frames of 20 ms, the last one filled up with silence', () => {
    const { frames } = callerAudio(encodeMuLaw(tone(50, 8000)));
    expect(frames.map(({ bytes }) => bytes.length)).toEqual([FRAME_BYTES, FRAME_BYTES, FRAME_BYTES]);
    expect(frames[2]?.bytes[159]).toBe(0xff);
    expect(Buffer.from(frames[0]?.base64 ?? '', 'base64')).toEqual(Buffer.from(frames[0]?.bytes ?? []));
  });

  it('is several spans of voice where long pauses are in it, and one where short ones are', () => {
    const talk = tone(300, 8000);
    const pcm = new Int16Array(8 * 2300);
    pcm.set(talk, 0);
    pcm.set(talk, 8 * 600);
    pcm.set(talk, 8 * 2000);
    expect(callerAudio(encodeMuLaw(pcm)).spans).toEqual([
      { fromMs: 0, toMs: 900 },
      { fromMs: 2000, toMs: 2300 },
    ]);
  });

  it('carries the words of what is said', async () => {
    const { frames } = await speechAudio('Good morning', 'en');
    const words = frames.map(({ bytes }) => readMark(bytes)?.text).filter((word) => word !== undefined);
    expect([...new Set(words)]).toEqual(['Good', 'morning']);
  });
});
