import { describe, expect, it } from '@jest/globals';
import { changeSettings, type SettingsChanges } from './change-settings.js';
import { defaultSettings } from './defaults.js';
import type { InstalledProviders } from './installed-providers.js';

/** Every provider's model, where none is named. */
const installed: InstalledProviders = {
  defaultModel: (_, provider) => (provider === 'nameless' ? null : `${provider}-1`),
  decidesTurns: (_, { provider, model }) => (provider === 'gone' ? null : model === 'decider'),
};

const settings = defaultSettings('acme');
const acme = { provider: 'acme', model: null, voice: null };
const { voice: _, ...acmeModel } = acme;

const refusal = (message: string) =>
  expect.objectContaining({ code: 'BAD_USER_INPUT', message, details: { field: message.split(' ')[0] } });

const DOUBLED =
  "which stands before it already: when that can't go on, neither can this. Name another one, or leave it out.";

describe('a setting that would do nothing here', () => {
  it.each<[SettingsChanges, string]>([
    [
      { languageModelFallbacks: [{ provider: 'acme', model: 'acme-1' }] },
      `languageModel.fallbacks[0] is acme's acme-1, ${DOUBLED}`,
    ],
    [
      { speechToText: { model: 'acme-1' }, speechToTextFallbacks: [acmeModel] },
      `speechToText.fallbacks[0] is acme's acme-1, ${DOUBLED}`,
    ],
    [
      {
        textToSpeechFallbacks: [
          { ...acme, voice: 'Ada' },
          { ...acme, model: 'acme-1', voice: 'Ada' },
        ],
      },
      `textToSpeech.fallbacks[1] is acme's acme-1 with the voice Ada, ${DOUBLED}`,
    ],
    [
      {
        languageModelFallbacks: [
          { provider: 'nameless', model: null },
          { provider: 'nameless', model: null },
        ],
      },
      `languageModel.fallbacks[1] is nameless's default model, ${DOUBLED}`,
    ],
  ])('is a fallback that is the first choice by another name: %#', (changes, message) => {
    expect(() => changeSettings(settings, changes, installed)).toThrow(refusal(message));
  });

  it("is no fallback of the same provider with another model or voice, nor another's default", () => {
    const changes = {
      languageModelFallbacks: [
        { provider: 'acme', model: 'acme-2' },
        { provider: 'other', model: null },
      ],
      textToSpeechFallbacks: [{ ...acme, voice: 'Ada' }],
    };
    expect(() => changeSettings(settings, changes, installed)).not.toThrow();
  });

  const NOBODY_DECIDES =
    'decide turns: name a speech-to-text or a speech-to-speech that does (docs/providers.md), or take VOICE_ACTIVITY.';

  it.each<[SettingsChanges, string]>([
    [{}, `acme's acme-1 doesn't ${NOBODY_DECIDES}`],
    [
      { speechToText: { model: 'old' }, speechToTextFallbacks: [{ provider: 'nameless', model: null }] },
      `acme's old and nameless's default model don't ${NOBODY_DECIDES}`,
    ],
    [{ speechToSpeech: acme }, `acme's acme-1 doesn't ${NOBODY_DECIDES}`],
  ])('is a provider that is to decide turns, and does not: %#', (changes, fault) => {
    expect(() => changeSettings(settings, { turnDetection: 'provider', ...changes }, installed)).toThrow(
      refusal(`turnTaking.detection is PROVIDER, but ${fault}`),
    );
  });

  it.each<[SettingsChanges]>([
    [{ speechToText: { model: 'decider' } }],
    [{ speechToTextFallbacks: [{ provider: 'acme', model: 'decider' }] }],
    [{ speechToSpeech: { ...acme, model: 'decider' } }],
    [{ speechToText: { provider: 'gone' } }],
  ])('is no provider that decides turns, or may: %j', (changes) => {
    const decided = changeSettings(settings, { turnDetection: 'provider', ...changes }, installed);
    expect(decided.turnDetection).toBe('provider');
    const without = { speechToText: settings.speechToText, speechToTextFallbacks: [], speechToSpeech: null };
    expect(() => changeSettings(decided, without, installed)).toThrow('turnTaking.detection is PROVIDER');
  });

  it.each<[SettingsChanges, string]>([
    [{ voiceTone: '' }, 'textToSpeech.tone is empty: say how the voice is to sound, or clear it.'],
    [{ voiceTone: ' \n' }, 'textToSpeech.tone is empty: say how the voice is to sound, or clear it.'],
    [
      { silenceTimeoutMs: 120_001, maxDurationMs: 60_000 },
      'silenceTimeoutMs is 120001, but the call ends after 60000 (maxDurationMs), before the agent would even ask: make it 120000 at most, or let calls be longer.',
    ],
  ])('may be so in any installation: %j', (changes, message) => {
    expect(() => changeSettings(settings, changes)).toThrow(refusal(message));
  });

  it('is no silence that the agent asks about before the call ends, and none by default', () => {
    const short = { silenceTimeoutMs: 120_000, maxDurationMs: 60_000 };
    for (const changes of [short, { maxDurationMs: 10_000 }]) {
      expect(() => changeSettings(settings, changes)).not.toThrow();
    }
  });

  it('is no consent that waits until calls are recorded again', () => {
    const changes = { recordingConsent: 'This call is recorded.', recordingEnabled: false };
    expect(() => changeSettings(settings, changes)).not.toThrow();
  });

  it('stays where it is from before that was refused', () => {
    const old = { ...settings, languageModelFallbacks: [{ provider: 'acme', model: 'acme-1' }] };
    expect(changeSettings(old, { greeting: 'Hello!' }, installed).greeting).toBe('Hello!');
  });
});
