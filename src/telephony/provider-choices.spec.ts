import { describe, expect, it } from '@jest/globals';
import { Providers } from '../providers/registry.js';
import { createSandboxProviders } from '../providers/sandbox/index.js';
import { choicesOf, fallbackNames } from './provider-choices.js';

describe("an agent's choices of providers", () => {
  const sandbox = createSandboxProviders();
  const providers = new Providers({ sandbox, other: { textToSpeech: sandbox.textToSpeech } }, 'sandbox');
  const choice = (provider: string) => ({ provider, model: `of ${provider}` });

  it('are the first one and its fallbacks, in their order, each with its model', () => {
    const found = choicesOf(providers, 'textToSpeech', choice('other'), [choice('sandbox'), choice('other')]);
    expect(found.map(({ model }) => model)).toEqual(['of other', 'of sandbox', 'of other']);
    expect(fallbackNames(found)).toHaveLength(2);
  });

  it('leave out what has no key here or cannot do it, even the first', () => {
    const found = choicesOf(providers, 'languageModel', choice('openai'), [
      choice('other'),
      choice('sandbox'),
    ]);
    expect(found.map(({ model }) => model)).toEqual(['of sandbox']);
  });

  it('are refused, and the first one named, where none is left', () => {
    expect(() => choicesOf(providers, 'languageModel', choice('openai'), [choice('other')])).toThrow(
      /no provider "openai" for languageModel/,
    );
  });
});
