import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { levelDb } from '../../audio/level.js';
import { decodeMuLaw, encodeMuLaw } from '../../audio/mu-law.js';
import { pcmFromBytes } from '../../audio/pcm-bytes.js';
import { Resampler } from '../../audio/resampler.js';
import { readWav } from '../../audio/wav.js';
import { createVoiceDetector } from './fvad.js';
import { initialVad, stepVad } from './vad.js';
import type { VoiceEdge } from './voice-run.js';

/** Third-party recordings beside the repository; the cases are those that are there, and one that always is. */
const RECORDINGS = new URL('../../../../shared/audio/', import.meta.url);

interface Case {
  readonly name: string;
  readonly pcm: () => Int16Array;
  /** Each onset and end in ms; the cut is where a recording ends in mid-speech. */
  readonly edgesMs: readonly number[];
}

const wav = (bytes: Uint8Array): Int16Array => readWav(bytes).samples;

const from16kHz = (bytes: Uint8Array): Int16Array => {
  const resampler = new Resampler({ fromHz: 16_000, toHz: 8000 });
  return Int16Array.from([...resampler.push(pcmFromBytes(bytes)), ...resampler.flush()]);
};

const recorded = (
  file: string,
  decode: (bytes: Uint8Array) => Int16Array,
  edgesMs: readonly number[],
): Case[] => {
  const url = new URL(file, RECORDINGS);
  return existsSync(url) ? [{ name: file, pcm: () => decode(readFileSync(url)), edgesMs }] : [];
};

/** Two phrases of buzzing syllables over soft noise: 1.0 to 2.2 s and 3.0 to 3.8 s. */
const synthesized = (): Int16Array => {
  let seed = 1;
  return Int16Array.from({ length: 5 * 8000 }, (_, n) => {
    const seconds = n / 8000;
    seed = (seed * 48_271) % 2_147_483_647;
    const noise = (seed / 2_147_483_647 - 0.5) * 60;
    const speaking = (seconds >= 1 && seconds < 2.2) || (seconds >= 3 && seconds < 3.8);
    if (!speaking) return noise;
    let buzz = 0;
    for (let k = 1; k <= 20; k++) buzz += Math.sin(2 * Math.PI * 125 * k * seconds) / k;
    return noise + 4000 * buzz * Math.abs(Math.sin(Math.PI * 5 * seconds)); // five syllables a second
  });
};

const edgesOf = async (pcm: Int16Array): Promise<VoiceEdge[]> => {
  const telephone = decodeMuLaw(encodeMuLaw(pcm));
  const detector = await createVoiceDetector();
  const edges: VoiceEdge[] = [];
  let state = initialVad;
  for (let end = 160; end <= telephone.length; end += 160) {
    const frame = telephone.subarray(end - 160, end);
    const voiced = detector.detect(frame);
    const step = stepVad(state, { voiced, db: levelDb(frame), atMs: end / 8, playing: false });
    state = step.state;
    if (step.edge !== null) edges.push(step.edge);
  }
  detector.free();
  return edges;
};

const cases: Case[] = [
  { name: 'synthesized speech', pcm: synthesized, edgesMs: [1000, 2200, 3000, 3800] },
  ...recorded('jambonz_speak_to_customer_support.wav', wav, [1820, 4500]),
  ...recorded('google_brooklyn_16k_s16le.raw', from16kHz, [120]),
  ...recorded('0_jackson_0.wav', wav, [180]),
  ...recorded('4_jackson_0.wav', wav, [40]),
  ...recorded('7_jackson_0.wav', wav, [40]),
  ...recorded('webrtcvad_test_audio_8k_s16le.raw', pcmFromBytes, [200]),
  // Two events in 15 s of an office, 0.2 and 0.5 s long, stand out of its noise.
  ...recorded('office_noise_8k_15s.wav', wav, [860, 1020, 9860, 10_320]),
];

describe('voice activity in recordings, as a telephone line carries them', () => {
  it.each(cases)('$name', async ({ pcm, edgesMs }) => {
    const edges = await edgesOf(pcm());
    expect(edges.map((edge) => edge.on)).toEqual(edgesMs.map((_, n) => n % 2 === 0));
    for (const [n, edge] of edges.entries()) {
      expect(Math.abs(edge.atMs - (edgesMs[n] ?? 0))).toBeLessThanOrEqual(60);
    }
  });
});
