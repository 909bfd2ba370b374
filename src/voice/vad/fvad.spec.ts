import { describe, expect, it } from '@jest/globals';
import { ErrorCode } from '../../domain/errors.js';
import { createVoiceDetector, type VoiceDetector } from './fvad.js';

const SILENCE = new Int16Array(160);

/** A buzz with the spectrum of a voice: 125 Hz and its overtones, the higher the softer. */
const BUZZ = Int16Array.from({ length: 160 }, (_, n) => {
  let sum = 0;
  for (let k = 1; k <= 20; k++) sum += Math.sin((2 * Math.PI * 125 * k * n) / 8000) / k;
  return Math.round(4000 * sum);
});

const heardIn = async (frames: readonly Int16Array[]): Promise<boolean[]> => {
  const detector = await createVoiceDetector();
  const heard = frames.map((frame) => detector.detect(frame));
  detector.free();
  return heard;
};

/** Not one sound: only a detector that starts afresh hears the beginning as the others do. */
const BUZZES = Array.from({ length: 30 }, (_, n) => (n % 10 < 6 ? BUZZ : SILENCE));

/** What a detector hears of them while another call is silent; frees it. */
const heardBeside = async (detector: VoiceDetector): Promise<boolean[]> => {
  const other = await createVoiceDetector();
  const heard = BUZZES.map((frame) => {
    other.detect(SILENCE);
    return detector.detect(frame);
  });
  detector.free();
  other.free();
  return heard;
};

describe('the voice detector', () => {
  it('hears a voice, and none in silence', async () => {
    expect(await heardIn(new Array(50).fill(SILENCE))).not.toContain(true);
    expect(
      (await heardIn([...new Array(50).fill(SILENCE), ...new Array(50).fill(BUZZ)])).slice(60),
    ).not.toContain(false);
  });

  it.each([0, 80, 159, 161, 240])(
    'refuses a frame of %i samples instead of calling it voice',
    async (samples) => {
      const detector = await createVoiceDetector();
      expect(() => detector.detect(new Int16Array(samples))).toThrow(
        expect.objectContaining({
          code: ErrorCode.INTERNAL,
          message: expect.stringContaining(`not ${samples}`),
        }),
      );
      detector.free();
    },
  );

  it('is of no use once freed', async () => {
    const detector = await createVoiceDetector();
    detector.free();
    expect(() => detector.detect(SILENCE)).toThrow(/was freed/);
  });

  it('takes nothing from the next call when it is freed twice', async () => {
    const ended = await createVoiceDetector();
    ended.free();
    const next = await createVoiceDetector();
    ended.free();
    expect(await heardBeside(next)).toEqual(await heardIn(BUZZES));
  });

  it('is not started by soft noise, as its more lenient modes are', async () => {
    let seed = 1;
    const noise = Array.from({ length: 100 }, () =>
      Int16Array.from({ length: 160 }, () => {
        seed = (seed * 48_271) % 2_147_483_647;
        return (seed / 2_147_483_647 - 0.5) * 60;
      }),
    );
    expect(await heardIn(noise)).not.toContain(true);
  });

  it('keeps calls apart: what one hears leaves another as it was', async () => {
    expect(await heardBeside(await createVoiceDetector())).toEqual(await heardIn(BUZZES));
  });

  it('goes on hearing when other calls make the heap grow', async () => {
    const expected = await heardIn(BUZZES);
    const first = await createVoiceDetector();
    const crowd = await Promise.all(Array.from({ length: 40_000 }, () => createVoiceDetector()));
    expect(BUZZES.map((frame) => first.detect(frame))).toEqual(expected);
    for (const detector of [first, ...crowd]) detector.free();
  });
});
