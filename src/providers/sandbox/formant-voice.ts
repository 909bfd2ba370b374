import { SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import type { PlannedWord } from './speech-plan.js';
import type { Sound } from './speech-sounds.js';

/** Who speaks. */
export interface VoiceTraits {
  /** The voice's mean pitch. */
  readonly pitchHz: number;
  /** How much shorter the vocal tract is than that of a low voice. */
  readonly formantScale: number;
}

export interface TimedWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface TimedSpeech {
  /** 8 kHz. */
  readonly pcm: Int16Array;
  readonly words: readonly TimedWord[];
}

/** Parameters change every 5 ms: about as fast as a tongue can be heard to move. */
const STEP_SAMPLES = 40;
/** Silence before the first word and after the last: the resonances ring out in it. */
const MARGIN_MS = 20;

/** A telephone line's usual level of speech. */
const RMS = 32_768 * 10 ** (-20 / 20);

/** How far a parameter comes towards its target in a step. */
const FORMANT_GLIDE = 0.3;
const LEVEL_GLIDE = 0.5;
const PITCH_GLIDE = 0.06;

/** The glottis' pulses lose 6 dB an octave above 210 Hz. */
const GLOTTIS_POLE = 0.85;
const BANDWIDTHS_HZ = [90, 110, 170] as const;
const FRICTION_BANDWIDTH_HZ = 900;
/** A voice without breath sounds like a buzzer. */
const BREATH = 0.015;
/** As a level of friction. */
const INAUDIBLE = 1e-3;
/** A resonance must stay below half the sample rate. */
const HIGHEST_HZ = 3800;

interface Segment {
  readonly sound: Sound;
  readonly endSample: number;
  readonly pitch: number;
}

const SILENT: Sound = {
  lengthMs: 0,
  formantsHz: [500, 1500, 2450],
  voicing: 0,
  noise: 0,
  noiseHz: 2000,
  isVowel: false,
};

/** Speaks planned words. `speed` 1 is about 160 words a minute. Pure: the same words sound the same. */
export const renderSpeech = (
  planned: readonly PlannedWord[],
  voice: VoiceTraits,
  speed: number,
): TimedSpeech => {
  const segments: Segment[] = [];
  const words: TimedWord[] = [];
  let timeMs = 0;
  const add = (sound: Sound, lengthMs: number, pitch: number): void => {
    timeMs += lengthMs;
    segments.push({ sound, pitch, endSample: Math.round((timeMs * SAMPLE_RATE_HZ) / 1000) });
  };
  add(SILENT, MARGIN_MS, planned[0]?.pitch ?? 1);
  for (const { text, sounds, pitch, pauseMs } of planned) {
    const startMs = timeMs;
    for (const sound of sounds) add(sound, sound.lengthMs / speed, pitch);
    words.push({ text, startMs, endMs: timeMs });
    if (pauseMs > 0) add(SILENT, pauseMs / speed, pitch);
  }
  add(SILENT, MARGIN_MS, 1);
  return { pcm: levelled(new FormantSynthesizer(voice).render(segments)), words };
};

/** A pulse train through three resonators in a row, and noise through a fourth: Klatt's cascade (1980), much simplified. */
class FormantSynthesizer {
  readonly #voice: VoiceTraits;
  readonly #formants = [new Resonator(), new Resonator(), new Resonator()] as const;
  readonly #friction = new Resonator();
  readonly #noise = new Float64Array(STEP_SAMPLES);
  #seed = 1;
  #phase = 0;
  #glottis = 0;

  constructor(voice: VoiceTraits) {
    this.#voice = voice;
  }

  render(segments: readonly Segment[]): Float64Array {
    const output = new Float64Array(segments.at(-1)?.endSample ?? 0);
    const hz: [number, number, number] = [...SILENT.formantsHz];
    let { voicing, noise } = SILENT;
    let pitch = segments[0]?.pitch ?? 1;
    let current = 0;
    for (let start = 0; start < output.length; start += STEP_SAMPLES) {
      while ((segments[current]?.endSample ?? output.length) <= start) current++;
      const segment = segments[current];
      if (!segment) break;
      const { sound } = segment;
      voicing += LEVEL_GLIDE * (sound.voicing - voicing);
      noise += LEVEL_GLIDE * (sound.noise - noise);
      pitch += PITCH_GLIDE * (segment.pitch - pitch);
      for (const [n, formant] of this.#formants.entries()) {
        const fromHz = hz[n] as number;
        hz[n] = fromHz + FORMANT_GLIDE * ((sound.formantsHz[n] as number) - fromHz);
        formant.tune(hz[n] * this.#voice.formantScale, BANDWIDTHS_HZ[n] as number);
      }
      if (sound.noise > 0) this.#friction.tune(sound.noiseHz, FRICTION_BANDWIDTH_HZ);
      const step = output.subarray(start, start + STEP_SAMPLES);
      this.#speak(step, voicing, pitch);
      this.#hiss(step, noise);
    }
    return output;
  }

  #speak(step: Float64Array, voicing: number, pitch: number): void {
    const phaseStep = (pitch * this.#voice.pitchHz) / SAMPLE_RATE_HZ;
    let phase = this.#phase;
    let glottis = this.#glottis;
    for (let n = 0; n < step.length; n++) {
      phase += phaseStep;
      const pulse = phase >= 1 ? 1 : 0;
      phase -= pulse;
      glottis = GLOTTIS_POLE * glottis + voicing * (pulse + BREATH * this.#random());
      step[n] = glottis;
    }
    this.#phase = phase;
    this.#glottis = glottis;
    for (const formant of this.#formants) formant.filter(step);
  }

  #hiss(step: Float64Array, level: number): void {
    if (level < INAUDIBLE) return;
    const noise = this.#noise.subarray(0, step.length);
    for (let n = 0; n < noise.length; n++) noise[n] = level * this.#random();
    this.#friction.filter(noise);
    for (let n = 0; n < step.length; n++) step[n] = (step[n] as number) + (noise[n] as number);
  }

  /** −1 to 1, the same for each utterance. The constants are Numerical Recipes'. */
  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) | 0;
    return this.#seed / 0x8000_0000;
  }
}

/** A two-pole filter that passes a constant unchanged. */
class Resonator {
  #b = 0;
  #c = 0;
  #y1 = 0;
  #y2 = 0;

  tune(hz: number, bandwidthHz: number): void {
    const radius = Math.exp((-Math.PI * bandwidthHz) / SAMPLE_RATE_HZ);
    this.#c = -radius * radius;
    this.#b = 2 * radius * Math.cos((2 * Math.PI * Math.min(hz, HIGHEST_HZ)) / SAMPLE_RATE_HZ);
  }

  /** In place. */
  filter(samples: Float64Array): void {
    const b = this.#b;
    const c = this.#c;
    const a = 1 - b - c;
    let y1 = this.#y1;
    let y2 = this.#y2;
    for (let n = 0; n < samples.length; n++) {
      const y = a * (samples[n] as number) + b * y1 + c * y2;
      samples[n] = y;
      y2 = y1;
      y1 = y;
    }
    this.#y1 = y1;
    this.#y2 = y2;
  }
}

/** At the telephone's level, whatever the sounds were. */
const levelled = (samples: Float64Array): Int16Array => {
  let energy = 0;
  for (let n = 0; n < samples.length; n++) energy += (samples[n] as number) ** 2;
  const gain = energy === 0 ? 0 : RMS / Math.sqrt(energy / samples.length);
  const pcm = new Int16Array(samples.length); // a loop: `Int16Array.from` costs more than the synthesis
  for (let n = 0; n < pcm.length; n++) {
    pcm[n] = Math.max(-32_768, Math.min(32_767, Math.round(gain * (samples[n] as number))));
  }
  return pcm;
};
