import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { writeWav } from '../../audio/wav.js';
import { ErrorCode } from '../../domain/errors.js';
import { hasEspeakNg, speakWithEspeakNg } from './espeak-ng.js';

const directory = mkdtempSync(join(tmpdir(), 'espeak-ng-'));
afterAll(() => rmSync(directory, { recursive: true }));

const path = (name: string): string => join(directory, name);

/** A command that behaves like espeak-ng, or like a broken one. */
const command = (name: string, script: string): string => {
  writeFileSync(path(name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path(name);
};

/** 22.05 kHz as espeak-ng writes it: 100 ms of silence, 300 ms of a tone, 200 ms of silence. */
const tone = (): Uint8Array => {
  const samples = Int16Array.from({ length: 0.6 * 22_050 }, (_, n) =>
    n >= 2205 && n < 4 * 2205 ? Math.round(8000 * Math.sin((2 * Math.PI * 440 * n) / 22_050)) : 0,
  );
  return writeWav({ samples, sampleRateHz: 22_050 });
};
writeFileSync(path('tone.wav'), tone());
const speaking = command(
  'speaking',
  `echo "$@" > '${path('arguments')}'; cat > '${path('input')}'; cat '${path('tone.wav')}'`,
);

const speak = (espeakNg: string, text = 'Guten Tag', signal?: AbortSignal) =>
  speakWithEspeakNg(espeakNg, {
    text,
    language: 'de-AT',
    voice: { pitchHz: 115, formantScale: 1 },
    speed: 1,
    signal,
  });

const fileWith = async (name: string): Promise<string> => {
  while (!existsSync(path(name)) || readFileSync(path(name), 'utf8') === '') await new Promise(setImmediate);
  return readFileSync(path(name), 'utf8').trim();
};

const untilGone = async (processId: number): Promise<void> => {
  for (;;) {
    try {
      process.kill(processId, 0);
    } catch {
      return;
    }
    await new Promise(setImmediate);
  }
};

describe('espeak-ng', () => {
  it('is found where its command runs', async () => {
    expect(await hasEspeakNg(speaking)).toBe(true);
    expect(await hasEspeakNg(path('missing'))).toBe(false);
    expect(await hasEspeakNg(command('broken', 'exit 127'))).toBe(false);
  });

  it('speaks at 8 kHz with 10 ms of silence around', async () => {
    const { pcm } = await speak(speaking);
    expect(pcm.length / 8).toBeGreaterThan(315);
    expect(pcm.length / 8).toBeLessThan(325);
    expect(Math.max(...pcm.subarray(0, 70).map(Math.abs))).toBeLessThan(250);
    expect(Math.max(...pcm)).toBeGreaterThan(7500);
  });

  it('spreads the words over the voice by their characters', async () => {
    const { words } = await speak(speaking, ' Guten Tag ');
    const times = words.map(({ text, startMs, endMs }) => [text, Math.round(startMs), Math.round(endMs)]);
    expect(times).toEqual([
      ['Guten', 10, 177],
      ['Tag', 210, 310],
    ]);
  });

  it('is told the language, the speed and the pitch, and a text that looks like an option by its input', async () => {
    await speak(speaking, '--version');
    expect(await fileWith('arguments')).toBe('--stdout --stdin -v de -s 140 -p 53 -b 1');
    expect(await fileWith('input')).toBe('--version');
  });

  it.each([
    ['that fails without reading its input', 'exit 3', /failed \(3\)/],
    ['that is killed', 'kill -9 $$', /failed \(SIGKILL\)/],
    ['that does not exist', null, /failed \(ENOENT\)/],
    ['that writes something else', 'echo hello', /not a WAV file/],
    ['that says nothing', `cat '${path('silence.wav')}'`, /said nothing/],
    ['that never ends', 'exec sleep 60', /took more than 1500 ms/],
  ])('throws for a command %s', async (name, script, message) => {
    writeFileSync(path('silence.wav'), writeWav({ samples: new Int16Array(2205), sampleRateHz: 22_050 }));
    const espeakNg = script === null ? path('missing') : command(name.replaceAll(' ', '-'), script);
    await expect(speak(espeakNg, 'long '.repeat(100_000))).rejects.toThrow(message);
  });

  it('ends its process when aborted, and throws the reason', async () => {
    const controller = new AbortController();
    const hanging = command('hanging', `echo $$ > '${path('process-id')}'; exec sleep 60`);
    const speech = speak(hanging, 'hello', controller.signal);
    const processId = Number(await fileWith('process-id'));
    controller.abort(new Error('hung up'));
    await expect(speech).rejects.toThrow('hung up');
    await untilGone(processId);
  });

  it('starts no process once aborted', async () => {
    const started = command('started', `touch '${path('started-file')}'`);
    await expect(speak(started, 'hello', AbortSignal.abort(new Error('hung up')))).rejects.toThrow('hung up');
    await speak(speaking); // begun later, and done
    expect(existsSync(path('started-file'))).toBe(false);
  });

  it('says what it needs with the code of an unavailable provider', async () => {
    await expect(speak(path('missing'))).rejects.toMatchObject({ code: ErrorCode.UNAVAILABLE });
  });
});
