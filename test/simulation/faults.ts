import type { Capability, ConversationSettings } from '../../src/voice/turn-taking/state.js';
import type { Stretch } from '../support/voice/callers-line.js';
import type { Outage } from '../support/voice/outage.js';
import type { Random } from './random.js';

/** The media socket breaks: its worker is killed, or lives on and sees it close. Twilio asks for another so much later. */
export interface Reset {
  readonly atMs: number;
  readonly gapMs: number;
  readonly how: 'killed' | 'closed';
}

export const resetsOf = (random: Random, lengthMs: number): Reset[] =>
  random
    .many(0, random.chance(0.3) ? 3 : 0, () => random.int(500, lengthMs))
    .sort((a, b) => a - b)
    .map((atMs) => ({ atMs, gapMs: random.int(200, 3_000), how: random.oneOf(['killed', 'closed']) }));

/** From a few lost packets to a line that's gone. */
const gapMs = (random: Random): number => {
  const kind = random.next();
  if (kind < 0.4) return random.int(60, 750);
  if (kind < 0.75) return random.int(750, 5_000);
  return kind < 0.93 ? random.int(5_000, 9_900) : random.int(9_900, 12_000);
};

/** Stretches in which nothing comes from the caller. */
export const gapsOf = (random: Random, lengthMs: number): Stretch[] => {
  const gaps: Stretch[] = [];
  if (random.chance(0.6)) return gaps;
  let atMs = random.int(500, lengthMs);
  while (atMs < lengthMs && gaps.length < 4) {
    const toMs = atMs + gapMs(random);
    gaps.push({ fromMs: atMs, toMs });
    atMs = toMs + (random.chance(0.3) ? random.int(20, 2_000) : random.int(2_000, 60_000));
  }
  return gaps;
};

const outageMs = (random: Random): number =>
  random.chance(0.7) ? random.int(200, 4_000) : random.int(4_000, 20_000);

/** Stretches in which a provider can't. `count`: how many the agent has. */
const outage = (random: Random, lengthMs: number, count: number): Outage => {
  const fromMs = random.int(0, lengthMs);
  return {
    rank: random.chance(0.15) ? null : random.int(0, count - 1),
    fromMs,
    toMs: fromMs + outageMs(random),
    how: random.oneOf(['fails', 'fails', 'circuit_open', 'hangs']),
  };
};

export type Outages = Readonly<Record<Capability, readonly Outage[]>>;

export const outagesOf = (
  random: Random,
  lengthMs: number,
  fallbacks: ConversationSettings['fallbacks'],
  listeners: number,
): Outages => {
  const some = (count: number) =>
    random.many(0, random.chance(0.25) ? 2 : 0, () => outage(random, lengthMs, count));
  return {
    speech_to_text: some(listeners),
    language_model: some(1 + fallbacks.language_model.length),
    text_to_speech: some(1 + fallbacks.text_to_speech.length),
  };
};
