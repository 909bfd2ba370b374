import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { changeSettings, type SettingsChanges } from './change-settings.js';
import { compareSettings } from './compare-settings.js';
import { callSettings, completeSettings, defaultSettings, settingDefaults } from './defaults.js';
import { settingRanges } from './limits.js';
import { settingName } from './setting-names.js';

const settings = {
  ...defaultSettings('sandbox'),
  greeting: 'Hello!',
  languageModel: { provider: 'sandbox', model: 'small', temperature: 0.5, maxTokens: 100 },
  textToSpeech: { provider: 'sandbox', model: null, voice: 'Ada' },
  voiceSettings: { stability: 0.5 },
  topP: 0.9,
};

const other = { provider: 'openai', model: null };

describe('changes of settings', () => {
  it('leave what is absent, and clear what is null', () => {
    const changed = changeSettings(settings, {
      greeting: null,
      topP: null,
      voiceSettings: null,
      languageModel: { temperature: null, maxTokens: 200 },
    });
    expect(changed).toEqual({
      ...settings,
      greeting: '',
      topP: null,
      voiceSettings: {},
      languageModel: { provider: 'sandbox', model: 'small', temperature: null, maxTokens: 200 },
    });
  });

  it("of a provider forget the old one's model, voice and its settings", () => {
    const changed = changeSettings(settings, {
      languageModel: { provider: 'openai' },
      textToSpeech: { provider: 'cartesia', model: 'sonic' },
    });
    expect(changed.languageModel).toEqual({ ...settings.languageModel, provider: 'openai', model: null });
    expect(changed.textToSpeech).toEqual({ provider: 'cartesia', model: 'sonic', voice: null });
    expect(changed.voiceSettings).toEqual({});
    expect(changeSettings(settings, { textToSpeech: { provider: 'sandbox' } })).toEqual(settings);
  });

  it.each<[SettingsChanges, string]>([
    [{ silenceTimeoutMs: 3_999 }, 'silenceTimeoutMs is 3999: it must be from 4,000 to 600,000.'],
    [{ topP: 1.5 }, 'languageModel.topP is 1.5: it must be from 0 to 1.'],
    [{ languageModel: { temperature: 2.1 } }, 'languageModel.temperature is 2.1: it must be from 0 to 2.'],
    [{ voiceSpeed: 0.1 }, 'textToSpeech.speed is 0.1: it must be from 0.25 to 4.'],
    [{ silenceTimeoutMs: null }, "silenceTimeoutMs can't be cleared: leave it out, or give it a value."],
    [{ languageModel: null }, "languageModel can't be cleared: leave it out, or give it a value."],
    [
      { languageModel: { provider: null } },
      "languageModel.provider can't be cleared: leave it out, or give it a value.",
    ],
    [{ greeting: 'x'.repeat(2_001) }, 'greeting has 2,001 characters: it may have 2,000 at most.'],
    [{ endPhrases: Array(21).fill('bye') }, 'endPhrases has 21 entries: it may have 20 at most.'],
    [{ endPhrases: ['bye', ''] }, 'endPhrases[1] is empty: leave it out, or say something.'],
    [{ language: 'Klingon' }, 'language is "Klingon": it must be a BCP 47 tag, as en or de-AT.'],
    [{ transferTo: '555 0100' }, 'transferTo is "555 0100": write it in E.164, as in +14155550100.'],
    [
      { endPhrases: ['bye', '…!'] },
      'endPhrases[1] is "…!": nobody can say it. Give it a word, or leave it out.',
    ],
    [
      { languageModel: { model: '' } },
      "languageModel.model is empty: name one, or clear it for the provider's own.",
    ],
    [
      { textToSpeech: { voice: ' ' } },
      "textToSpeech.voice is empty: name one, or clear it for the provider's own.",
    ],
    [
      { languageModel: { model: 'm'.repeat(201) } },
      'languageModel.model has 201 characters: it may have 200 at most.',
    ],
    [
      { textToSpeechFallbacks: [{ ...other, voice: 'v'.repeat(201) }] },
      'textToSpeech.fallbacks[0].voice has 201 characters: it may have 200 at most.',
    ],
    [
      { speechToTextFallbacks: [{ provider: 'openai', model: '' }] },
      "speechToText.fallbacks[0].model is empty: name one, or clear it for the provider's own.",
    ],
    [
      { speechToSpeech: { provider: 'openai', model: null, voice: '' } },
      "speechToSpeech.voice is empty: name one, or clear it for the provider's own.",
    ],
    [
      { languageModelFallbacks: [other, other] },
      "languageModel.fallbacks[1] is openai's default model, which stands before it already: when that can't go on, neither can this. Name another one, or leave it out.",
    ],
    [
      { speechToTextFallbacks: [{ provider: settings.speechToText.provider, model: null }] },
      "speechToText.fallbacks[0] is sandbox's default model, which stands before it already: when that can't go on, neither can this. Name another one, or leave it out.",
    ],
    [
      { hedgeAfterMs: 800 },
      'languageModel.hedgeAfterMs is 800, but there is no other model to ask: name one in languageModel.fallbacks, or clear it.',
    ],
  ])('name the setting, its value and what it may be: %#', (changes, message) => {
    expect(() => changeSettings(settings, changes)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message, details: { field: message.split(/ /)[0] } }),
    );
  });

  it('may go to each end of a range', () => {
    for (const end of ['min', 'max'] as const) {
      const { temperature, maxTokens, ...ranges } = settingRanges;
      const ends = Object.entries(ranges).map(([name, range]) => [name, range[end]]);
      const languageModel = { temperature: temperature[end], maxTokens: maxTokens[end] };
      const changes = { ...Object.fromEntries(ends), languageModel, languageModelFallbacks: [other] };
      expect(() => changeSettings(settings, changes)).not.toThrow();
    }
  });

  it('hedge with another model, or with the one behind a model that speaks itself', () => {
    const speaker = { ...other, voice: null };
    for (const next of [{ languageModelFallbacks: [other] }, { speechToSpeech: speaker }]) {
      const hedged = changeSettings(settings, { hedgeAfterMs: 800, ...next });
      const without = { languageModelFallbacks: [], speechToSpeech: null };
      expect(() => changeSettings(hedged, without)).toThrow('languageModel.hedgeAfterMs is 800');
      expect(changeSettings(hedged, { ...without, hedgeAfterMs: null })).toEqual(settings);
    }
  });

  it('leave a setting that does nothing where it is from before that was refused', () => {
    const old = { ...settings, hedgeAfterMs: 800, endPhrases: ['…'] };
    expect(changeSettings(old, { greeting: 'Good day!' })).toEqual({ ...old, greeting: 'Good day!' });
    expect(() => changeSettings(old, { endPhrases: ['…', '!'] })).toThrow('endPhrases[1]');
  });
});

describe('a version from before a setting was known', () => {
  it('has its default, and keeps what it says', () => {
    const { callerTurnLimitMs: _, endPhrases: __, ...old } = settings;
    expect(completeSettings(old)).toEqual(settings);
    expect(completeSettings({ ...old, callerTurnLimitMs: null })).toEqual({
      ...settings,
      callerTurnLimitMs: null,
    });
  });
});

describe('a version for a call', () => {
  it('has its defaults, and no text that was erased', () => {
    const { turnBufferMs: _, ...old } = defaultSettings('sandbox');
    const erased = {
      greeting: null,
      systemPrompt: null,
      recordingConsent: null,
      endPhrases: null,
      transferTo: null,
    };
    expect(callSettings({ ...old, ...erased })).toEqual(defaultSettings('sandbox'));
    expect(callSettings(settings)).toEqual(settings);
  });
});

describe('the differences of two versions', () => {
  it('are told setting by setting, by the names that people know', () => {
    const after = changeSettings(settings, {
      greeting: 'Good day!',
      languageModel: { temperature: 1 },
      topP: null,
      turnDetection: 'fixed_buffer',
    });
    expect(compareSettings(settings, after)).toEqual([
      { field: 'greeting', before: 'Hello!', after: 'Good day!' },
      { field: 'languageModel.temperature', before: 0.5, after: 1 },
      { field: 'languageModel.topP', before: 0.9, after: null },
      { field: 'turnTaking.detection', before: 'voice_activity', after: 'fixed_buffer' },
    ]);
    expect(compareSettings(settings, settings)).toEqual([]);
  });
});

describe('the documentation', () => {
  const docs = readFileSync(new URL('../../../docs/agents.md', import.meta.url), 'utf8');
  const rowOf = (setting: string) =>
    docs.split('\n').find((line) => line.startsWith(`| \`${setting}\``)) ?? '';

  it.each(Object.entries(settingDefaults))('says the default of %s', (name, value) => {
    expect(rowOf(settingName(name))).toContain(`| \`${JSON.stringify(value)}\` `);
  });

  it.each(Object.entries(settingRanges))('says what %s may be', (name, { min, max }) => {
    const stored = name in settingDefaults ? [name] : ['languageModel', name];
    const count = (value: number) => value.toLocaleString('en-US');
    expect(rowOf(settingName(...stored))).toContain(`| ${count(min)} to ${count(max)} `);
  });
});
