import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ErrorCode } from '../../src/domain/errors.js';
import { createCompatibleProviders } from '../../src/providers/compatible/compatible-providers.js';
import type { AnswerPart, AnswerRequest, LanguageModel } from '../../src/providers/language-model.js';
import { createOpenAiProviders } from '../../src/providers/openai/openai-providers.js';
import type { Fault } from '../emulators/openai/delivery.js';
import { type OpenAiEmulator, startOpenAiEmulator } from '../emulators/openai/emulator.js';
import { all, failureOf } from '../emulators/openai/reading.js';
import type { ResponsesScript } from '../emulators/openai/responses.js';
import { answerRequest } from '../support/provider-requests.js';

const SECRET = 'my number is 555-0199';
const QUESTION = { role: 'user', text: SECRET } as const;
const TOOL = { name: 'find_slot', description: 'Finds a free hour.', parameters: { type: 'object' } };

/** The client prints what it can't parse, unless it's told not to. */
const printed = jest.spyOn(console, 'error');

let openAi: OpenAiEmulator;
beforeEach(async () => {
  openAi = await startOpenAiEmulator();
});
afterEach(async () => {
  await openAi.close();
  expect(printed).not.toHaveBeenCalled();
});

const textOf = (parts: readonly AnswerPart[]): string =>
  parts.map((part) => (part.type === 'text' ? part.delta : '')).join('');
const bodyOf = (number: number) => openAi.requests[number]?.body;

describe("OpenAI's language model through its Responses API", () => {
  const model = (languageModelApi: 'chat' | 'responses' = 'responses'): LanguageModel =>
    createOpenAiProviders({
      apiKey: 'sk-test',
      baseUrl: openAi.baseUrl,
      languageModelApi,
      patienceMs: 1_500,
    }).languageModel;
  const ask = (more: Partial<AnswerRequest> = {}, ...scripts: ResponsesScript[]): Promise<AnswerPart[]> => {
    openAi.scripts.responses.push(...scripts);
    return all(model().answer(answerRequest({ messages: [QUESTION], ...more })));
  };

  it('answers in pieces, counts the tokens, and lets OpenAI keep nothing', async () => {
    const parts = await ask({ maxTokens: 8, temperature: 0.3 }, { text: 'We are open.' });
    expect(parts).toEqual([
      { type: 'text', delta: 'We' },
      { type: 'text', delta: ' are' },
      { type: 'text', delta: ' open.' },
      { type: 'done', usage: { inputTokens: 7, outputTokens: 3 } },
    ]);
    expect(bodyOf(0)).toEqual({
      model: 'gpt-5.6-luna',
      stream: true,
      store: false,
      instructions: 'You book tables.',
      input: [{ role: 'user', content: SECRET }],
      reasoning: { effort: 'none' },
      max_output_tokens: 16,
    });
  });

  it('calls tools, and is told their results', async () => {
    const toolCalls = [
      { name: 'find_slot', arguments: '{"day":"Friday"}' },
      { name: 'find_slot', arguments: '' },
    ];
    const parts = await ask({ tools: [TOOL] }, { text: 'One moment.', toolCalls });
    const calls = parts.flatMap((part) => (part.type === 'tool_call' ? [part.call] : []));
    expect(calls).toEqual([
      { id: 'call_1', name: 'find_slot', arguments: '{"day":"Friday"}' },
      { id: 'call_2', name: 'find_slot', arguments: '{}' },
    ]);
    const after = await ask({
      messages: [
        QUESTION,
        { role: 'assistant', text: 'One moment.', toolCalls: calls.slice(0, 1) },
        { role: 'tool', toolCallId: 'call_1', result: 'at nine' },
      ],
    });
    expect(textOf(after)).toBe('The tool said: at nine');
  });

  it('has the words in which the model declines', async () => {
    expect(textOf(await ask({}, { refusal: "I can't help with that." }))).toBe("I can't help with that.");
  });

  it('gives an answer that reached its limit as far as it goes', async () => {
    expect(textOf(await ask({}, { text: 'We are', ends: 'incomplete' }))).toBe('We are');
  });

  it.each<[string, ResponsesScript, RegExp]>([
    ['fails in mid-answer', { text: 'We', ends: 'failed' }, /broke off its answer \(rate_limit_exceeded\)/],
    ['sends an error', { text: 'We', ends: 'error' }, /broke off its answer/],
    ['ends too early', { text: 'We', ends: 'nothing' }, /before it was finished/],
    ['never answers', { fault: 'hang' }, /sent nothing for 1500 ms/],
    ['stalls', { fault: 'stall', text: 'We are open.' }, /sent nothing for 1500 ms/],
    ['sends a web page', { fault: 'garbage' }, /before it was finished|isn't JSON/],
    ['refuses the key', { fault: 401 }, /refused the key/],
  ])('that %s is an error without a word of the caller', async (_, script, message) => {
    const failure = await failureOf(ask({}, script));
    expect(failure.message).toMatch(message);
    expect(JSON.stringify([failure.message, failure.details])).not.toContain('555');
  });

  it('is asked that way by itself where a model has no other', async () => {
    await all(model('chat').answer(answerRequest({ model: 'gpt-5.4-pro', messages: [QUESTION] })));
    await all(model('chat').answer(answerRequest({ model: 'gpt-4.1-mini', messages: [QUESTION] })));
    expect(openAi.requests.map(({ endpoint }) => endpoint)).toEqual(['responses', 'chat']);
  });
});

describe('a server of one’s own that speaks chat completions', () => {
  const model = (apiKey?: string, thinkingModels?: readonly string[]) =>
    createCompatibleProviders({
      baseUrl: openAi.baseUrl,
      apiKey,
      model: 'llama3.3',
      thinkingModels,
      patienceMs: 1_500,
    }).languageModel;

  it('answers beside OpenAI, by a model and a name of its own, with or without a key', async () => {
    const request = answerRequest({ messages: [QUESTION], temperature: 0.3, topP: 0.9, maxTokens: 50 });
    expect(textOf(await all(model().answer(request)))).toBe(`You said: ${SECRET}`);
    await all(model('its-key').answer(request));
    expect(model().name).toBe('compatible');
    expect(bodyOf(0)).toMatchObject({ model: 'llama3.3', temperature: 0.3, top_p: 0.9, max_tokens: 50 });
    expect(openAi.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer none',
      'Bearer its-key',
    ]);
  });

  it('has nothing of what its models think whose prompt begins that, and the others at once', async () => {
    const ask = (name: string) =>
      all(model(undefined, ['qwq']).answer(answerRequest({ model: name, messages: [QUESTION] })));
    openAi.scripts.chat.push({ text: 'They ask for the hours.</think> We are open.' });
    expect(textOf(await ask('qwq'))).toBe(' We are open.');
    openAi.scripts.chat.push({ text: 'We are open.' });
    const words = ['We', ' are', ' open.'].map((delta) => ({ type: 'text', delta }));
    expect(await ask('llama3.3')).toEqual([...words, expect.objectContaining({ type: 'done' })]);
  });

  it.each<[Fault, RegExp]>([
    [401, /COMPATIBLE_API_KEY/],
    ['hang', /sent nothing/],
    ['reset', /COMPATIBLE_BASE_URL/],
  ])('names itself when it fails (%s)', async (fault, message) => {
    openAi.scripts.chat.push({ fault, text: 'We are open from eight.' });
    const failure = await failureOf(all(model().answer(answerRequest({ messages: [QUESTION] }))));
    expect(failure.message).toMatch(/^The compatible server's language model \(llama3.3\)/);
    expect(failure.message).toMatch(message);
    expect(failure).toMatchObject({ code: ErrorCode.UNAVAILABLE, details: { provider: 'compatible' } });
  });
});
