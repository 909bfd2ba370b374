import { type ExecFileException, execFile } from 'node:child_process';
import { SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { Resampler } from '../../audio/resampler.js';
import { readWav } from '../../audio/wav.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { TimedSpeech, TimedWord, VoiceTraits } from './formant-voice.js';

export interface EspeakNgRequest {
  readonly text: string;
  /** BCP 47; only the language itself is used: "de" for "de-AT". */
  readonly language: string;
  readonly voice: VoiceTraits;
  readonly speed: number;
  readonly signal: AbortSignal | undefined;
}

/** A sentence takes it 20 to 60 ms; the synthesis' deadline in a call is 2 s. */
const TIMEOUT_MS = 1500;
/** 6 minutes of its 22.05 kHz. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** Its `-s` for about 160 words a minute: it counts pauses between texts that aren't here. */
const WORDS_A_MINUTE = 140;
/** `-p` 50 is the pitch that its voices have by themselves, 0 and 99 about half and double: near 110 Hz for most. */
const PITCH_AT_50_HZ = 110;

/** Softer than this at a text's begin or end is silence. Of 16 bits. */
const SILENT_BELOW = 250;
const MARGIN_MS = 10;

const checked = new Map<string, Promise<boolean>>();

/** Whether the command can be run; looked up once a process. */
export const hasEspeakNg = (command: string): Promise<boolean> => {
  const known = checked.get(command);
  if (known) return known;
  const check = run(command, ['--version'], '', undefined).then(
    () => true,
    () => false, // not installed, or not for this machine: the built-in voice speaks
  );
  checked.set(command, check);
  return check;
};

/**
 * Speaks with espeak-ng, as a process that ends within 1.5 s. Words are timed by their characters, since it doesn't tell.
 * Throws UNAVAILABLE when it fails, says nothing or takes too long, and the signal's reason when aborted.
 */
export const speakWithEspeakNg = async (command: string, request: EspeakNgRequest): Promise<TimedSpeech> => {
  const { text, language, voice, speed, signal } = request;
  const pitch = Math.round(50 + 50 * Math.log2(voice.pitchHz / PITCH_AT_50_HZ));
  const options = [
    ['-v', language.split('-')[0] ?? 'en'],
    ['-s', String(Math.round(WORDS_A_MINUTE * speed))],
    ['-p', String(Math.max(0, Math.min(99, pitch)))],
    ['-b', '1'], // UTF-8
  ];
  // By its standard input: a text may begin with a dash.
  const output = await run(command, ['--stdout', '--stdin', ...options.flat()], text, signal);
  return timed(text, atTelephoneRate(output));
};

const run = (
  command: string,
  args: readonly string[],
  input: string,
  signal: AbortSignal | undefined,
): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted(); // `execFile` would start the process, and then kill it
    const limits = { timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT_BYTES } as const;
    const child = execFile(
      command,
      args,
      { ...limits, ...(signal && { signal }), encoding: 'buffer' },
      (cause, output) => {
        if (!cause) resolve(output);
        else reject(signal?.aborted ? signal.reason : failed(command, cause));
      },
    );
    // A process that ends without reading its input breaks the pipe; its exit is what the callback reports.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });

const failed = (command: string, cause: ExecFileException): AppError =>
  new AppError(
    ErrorCode.UNAVAILABLE,
    `${command} ${cause.killed ? `took more than ${TIMEOUT_MS} ms or ${MAX_OUTPUT_BYTES} bytes` : `failed (${cause.code ?? cause.signal})`}: the built-in voice speaks instead.`,
    {},
    { cause },
  );

const atTelephoneRate = (file: Uint8Array): Int16Array => {
  const { samples, sampleRateHz } = readWav(file);
  const resampler = new Resampler({ fromHz: sampleRateHz, toHz: SAMPLE_RATE_HZ });
  const start = resampler.push(samples);
  const rest = resampler.flush();
  const pcm = new Int16Array(start.length + rest.length);
  pcm.set(start);
  pcm.set(rest, start.length);
  return pcm;
};

/** Without the silence around it, but for 10 ms, and with its words spread over the voice. */
const timed = (text: string, pcm: Int16Array): TimedSpeech => {
  const isLoud = (sample: number): boolean => Math.abs(sample) >= SILENT_BELOW;
  const first = pcm.findIndex(isLoud);
  if (first < 0)
    throw new AppError(ErrorCode.UNAVAILABLE, 'espeak-ng said nothing: the built-in voice speaks instead.');
  const last = pcm.findLastIndex(isLoud);
  const margin = (MARGIN_MS * SAMPLE_RATE_HZ) / 1000;
  const from = Math.max(0, first - margin);
  const toMs = (sample: number): number => ((sample - from) * 1000) / SAMPLE_RATE_HZ;
  return { pcm: pcm.slice(from, last + 1 + margin), words: spread(text, toMs(first), toMs(last + 1)) };
};

const spread = (text: string, fromMs: number, toMs: number): readonly TimedWord[] => {
  const spoken = text.trim();
  const msPerCharacter = (toMs - fromMs) / Math.max(1, spoken.length);
  return Array.from(spoken.matchAll(/\S+/gu), ({ 0: word, index }) => ({
    text: word,
    startMs: fromMs + index * msPerCharacter,
    endMs: fromMs + (index + word.length) * msPerCharacter,
  }));
};
