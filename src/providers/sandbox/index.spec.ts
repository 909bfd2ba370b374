import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { audioOf, speechRequest } from '../../../test/support/provider-requests.js';
import { FRAME_BYTES } from '../../audio/mu-law.js';
import { createSandboxProviders } from './index.js';
import { speakMarked } from './voice.js';

afterEach(() => {
  jest.useRealTimers();
});

describe('the sandbox', () => {
  it('labels each of its providers', () => {
    const providers = Object.values(createSandboxProviders());
    expect(providers.map(({ name }) => name)).toEqual(Array(5).fill('sandbox'));
  });

  it('holds a conversation: hears a caller, finds an answer and speaks it, in 240 ms', async () => {
    const question = await speakMarked('When is breakfast?', { language: 'en', espeakNg: null });
    jest.useFakeTimers();
    const call = new AbortController();
    const { signal } = call;
    const { speechToText, languageModel, textToSpeech } = createSandboxProviders({ espeakNg: null });

    const ear = speechToText.open({ model: null, language: 'en', fallbackLanguage: null, signal });
    const startedAtMs = Date.now();
    let spokenAtMs: number | undefined;
    const turn = (async () => {
      for await (const { text, final } of ear.transcripts) {
        if (!final) continue;
        let answer = '';
        const request = {
          model: null,
          tools: [],
          temperature: null,
          topP: null,
          maxTokens: null,
          language: 'en',
          signal,
        };
        const systemPrompt = 'You are a receptionist. Breakfast is served from seven to ten.';
        const messages = [{ role: 'user', text }] as const;
        for await (const part of languageModel.answer({ ...request, systemPrompt, messages })) {
          if (part.type !== 'text') continue;
          if (answer === '') {
            const speech = audioOf(textToSpeech.speak(speechRequest({ text: part.delta, signal })));
            for await (const piece of speech) {
              expect(piece.length).toBeGreaterThan(0);
              spokenAtMs ??= Date.now() - startedAtMs;
            }
          }
          answer += part.delta;
        }
        return answer;
      }
      return null;
    })();
    for (let at = 0; at < question.length; at += FRAME_BYTES) {
      ear.write(question.subarray(at, at + FRAME_BYTES), true);
    }
    ear.finalize();
    let isOver = false;
    void turn.finally(() => {
      isOver = true;
    });
    while (!isOver) await jest.advanceTimersByTimeAsync(1);
    expect(await turn).toBe('Breakfast is served from seven to ten.');
    expect(spokenAtMs).toBe(80 + 120 + 40);
    call.abort();
  });
});
