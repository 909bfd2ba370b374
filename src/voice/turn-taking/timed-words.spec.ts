import { describe, expect, it } from '@jest/globals';
import type { CallEvent } from '../../domain/call/events.js';
import type { TimedWord } from '../../providers/text-to-speech.js';
import type { Input } from './input.js';
import { initialState } from './state.js';
import { step } from './step.js';

const GREETING = 'Well, hello there.';
/** The voice lingers: by characters "hello" would end at 1,833 ms. */
const WORDS: readonly TimedWord[] = [
  { text: 'Well', startMs: 1_000, endMs: 1_200 },
  { text: 'hello', startMs: 1_300, endMs: 1_500 },
  { text: 'there', startMs: 2_500, endMs: 2_700 },
];

/** A greeting of 3 s that was played for 1.6 s when the caller says "stop". */
const interruptedGreeting = (...audio: readonly Partial<Extract<Input, { type: 'audio' }>>[]) => {
  let state = initialState({
    attempt: 1,
    language: 'en',
    greeting: GREETING,
    silenceTimeoutMs: 20_000,
    maxDurationMs: 600_000,
    answeredAtMs: 0,
    finalWithinMs: 500,
    interims: true,
    providers: { speech_to_text: 'studio', language_model: 'studio', text_to_speech: 'studio' },
  });
  const events: CallEvent[] = [];
  const take = (atMs: number, input: Input): void => {
    const next = step(state, input, atMs);
    state = next.state;
    events.push(...next.events);
  };
  take(0, { type: 'start', resumed: null });
  for (const made of audio) {
    take(10, { type: 'audio', reply: 1, chunk: 0, ms: 3_000, leadMs: 0, tailMs: 0, done: false, ...made });
  }
  take(10, { type: 'sent', generation: 1, ms: 3_000 });
  take(1_610, { type: 'mark', generation: 1, ms: 1_600 });
  take(1_610, { type: 'transcript', text: 'Stop!', final: true, confidence: 0.9 });
  return events.find(({ type }) => type === 'GreetingSpoken')?.data;
};

describe('words that the provider timed', () => {
  it('are what the caller heard, to the word', () => {
    expect(interruptedGreeting({ words: WORDS, done: true })).toMatchObject({
      heardText: 'Well, hello',
      interrupted: true,
    });
    expect(interruptedGreeting({ done: true })).toMatchObject({ heardText: 'Well,' });
  });

  it('come bit by bit, as the audio does', () => {
    const audio = [
      { ms: 1_500, words: WORDS.slice(0, 1) },
      { ms: 2_000, words: WORDS.slice(1, 2) },
      { done: true },
    ];
    expect(interruptedGreeting(...audio)).toMatchObject({ heardText: 'Well, hello' });
  });
});
