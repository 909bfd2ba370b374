import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../test/support/voice/conversation.js';
import {
  decodeMuLaw,
  encodeMuLaw,
  FRAME_BYTES,
  FRAME_MS,
  MU_LAW_SILENCE,
  SAMPLE_RATE_HZ,
} from '../audio/mu-law.js';
import { readWav } from '../audio/wav.js';
import { synthesize } from '../providers/sandbox/voice.js';
import { InboundAudio } from './inbound-audio.js';
import { createVoiceDetector } from './vad/fvad.js';

/** Third-party recordings beside the repository: the case is there where the file is. */
const OFFICE = new URL('../../../shared/audio/office_noise_8k_15s.wav', import.meta.url);

const SECONDS = 15;
const samples = (of: (n: number) => number): Int16Array =>
  Int16Array.from({ length: SECONDS * SAMPLE_RATE_HZ }, (_, n) => of(n));

let seed = 1;
const random = (): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647 - 0.5;
};
const tone = (hz: number, n: number): number => Math.sin((2 * Math.PI * hz * n) / SAMPLE_RATE_HZ);

/** Somebody speaks in the room, for a good second every four, and nothing that speech-to-text could make out. */
const television = async (): Promise<Int16Array> => {
  const { audio } = await synthesize('And now for the weather', { language: 'en', espeakNg: null });
  const speech = decodeMuLaw(audio);
  const every = 4 * SAMPLE_RATE_HZ;
  // Not from the beginning: the agent's first seconds show what its echo sounds like.
  return samples((n) => (n < every ? random() * 40 : (speech[n % every] ?? random() * 40)));
};
const TELEVISION = await television();

const noises: readonly [string, () => Int16Array][] = [
  ...(existsSync(OFFICE)
    ? [['an office', () => readWav(readFileSync(OFFICE)).samples] as [string, () => Int16Array]]
    : []),
  ['white noise', () => samples(() => random() * 4_000)],
  ['a steady tone', () => samples((n) => tone(425, n) * 6_000)],
  [
    'an engaged tone, half a second on and off',
    () => samples((n) => (n % 8_000 < 4_000 ? tone(425, n) * 6_000 : random() * 40)),
  ],
  [
    'a key’s tone every two seconds',
    () => samples((n) => (n % 16_000 < 2_400 ? (tone(770, n) + tone(1_336, n)) * 4_000 : random() * 40)),
  ],
  ['a television', () => TELEVISION],
  ['knocks', () => samples((n) => random() * (n % 6_000 < 500 ? 20_000 : 40))],
];

const STORY =
  'Once upon a time there was a small village by the sea. Its people were fishermen, and they sang at night while the boats came home to the harbour.';

const QUIET = new Uint8Array(FRAME_BYTES).fill(MU_LAW_SILENCE);

/** A whole call with a noise on the caller's line for as long as it lasts, or from a time on. */
const callIn = async (
  pcm: Int16Array,
  lastMs: number,
  greeting: string,
  quietMs = 0,
): Promise<Conversation> => {
  const call = new Conversation({
    settings: { greeting },
    model: () => [{ afterMs: 200, text: STORY }],
  }).start();
  const line = encodeMuLaw(pcm);
  const inbound = new InboundAudio(await createVoiceDetector());
  const frames = Math.floor(line.length / FRAME_BYTES);
  for (let n = 0; n < lastMs / FRAME_MS; n++) {
    const atMs = (n + 1) * FRAME_MS;
    const at = ((n - quietMs / FRAME_MS) % frames) * FRAME_BYTES;
    const frame = at < 0 ? QUIET : line.subarray(at, at + FRAME_BYTES);
    call.clock.at(atMs, () => {
      const isPlaying = call.carrier.isTalkingAt(atMs);
      for (const { edge, pause } of inbound.take(frame, atMs, atMs, isPlaying)) {
        if (edge) call.input({ type: 'voice', ...edge });
        if (pause) call.input({ type: 'voice_pause', ...pause });
      }
    });
  }
  call.runUntil(lastMs);
  inbound.close();
  return call;
};

/** They sound like voice for half a second: a caller may be there. The office does so once, when it begins after 5 s. */
const LASTING = ['white noise', 'a steady tone', 'an engaged tone, half a second on and off', 'a television'];

describe('noise on the line', () => {
  it.each(noises)('of %s does not make the agent stutter', async (name, pcm) => {
    const call = await callIn(pcm(), 15_000, STORY);
    expect(call.of('GreetingSpoken')).toMatchObject([{ heardText: STORY, interrupted: false }]);
    const spokenAtMs = call.events.find(({ type }) => type === 'GreetingSpoken')?.recordedAtMs ?? 0;
    const clears = call.effects.filter(({ type, atMs }) => type === 'clear' && atMs <= spokenAtMs);
    // A voice may be a caller's, once; what isn't one stops nobody.
    expect(clears).toHaveLength(name === 'a television' ? 1 : 0);
  });

  const later = [4_000, 5_000, 6_000, 8_000];
  it.each(noises.flatMap(([name, pcm]) => later.map((fromMs) => [name, fromMs, pcm] as const)))(
    'of %s that begins after %i ms stops the agent once at most, and only where it lasts',
    async (name, fromMs, pcm) => {
      const call = await callIn(pcm(), 30_000, STORY, fromMs);
      expect(call.of('GreetingSpoken')).toMatchObject([{ heardText: STORY, interrupted: false }]);
      const spokenAtMs = call.events.find(({ type }) => type === 'GreetingSpoken')?.recordedAtMs ?? 0;
      const clears = call.effects.filter(({ type, atMs }) => type === 'clear' && atMs <= spokenAtMs);
      const lasts = LASTING.includes(name) || (name === 'an office' && fromMs === 5_000);
      expect(clears.length).toBeLessThanOrEqual(lasts ? 1 : 0);
    },
  );

  it.each(noises)('of %s for ever does not keep the call', async (_, pcm) => {
    const call = await callIn(pcm(), 120_000, 'Hello!');
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'silence' }]);
    const clears = call.effects.filter(({ type }) => type === 'clear');
    expect(clears.length).toBeLessThanOrEqual(2);
    expect(call.of('CallerTurnCommitted').length).toBeLessThanOrEqual(1);
  });
});
