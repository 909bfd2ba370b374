import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorCode } from '../../src/domain/errors.js';
import { createAnthropicProviders } from '../../src/providers/anthropic/anthropic-providers.js';
import type { AnswerPart, AnswerRequest, LanguageModel } from '../../src/providers/language-model.js';
import { type AnthropicEmulator, startAnthropicEmulator } from '../emulators/anthropic/emulator.js';
import type { MessagesScript } from '../emulators/anthropic/messages.js';
import { all, failureOf, gate } from '../emulators/openai/reading.js';
import { answerRequest } from '../support/provider-requests.js';

const SECRET = 'my number is 555-0199';
const QUESTION = { role: 'user', text: SECRET } as const;
const TOOL = {
  name: 'find_slot',
  description: 'Finds a free hour.',
  parameters: { type: 'object', properties: { day: { type: 'string' } } },
};

/** Anthropic's official client, on a real socket. */
describe("Anthropic's language model", () => {
  let anthropic: AnthropicEmulator;
  let model: LanguageModel;
  beforeEach(async () => {
    anthropic = await startAnthropicEmulator();
    ({ languageModel: model } = createAnthropicProviders({
      apiKey: 'sk-ant-test',
      baseUrl: anthropic.baseUrl,
      patienceMs: 1_500,
    }));
  });
  afterEach(() => anthropic.close());

  const ask = (more: Partial<AnswerRequest> = {}, ...scripts: MessagesScript[]): Promise<AnswerPart[]> => {
    anthropic.scripts.push(...scripts);
    return all(model.answer(answerRequest({ messages: [QUESTION], ...more })));
  };
  const textOf = (parts: readonly AnswerPart[]): string =>
    parts.map((part) => (part.type === 'text' ? part.delta : '')).join('');

  it('answers in pieces, and counts the tokens, those from its cache too', async () => {
    const parts = await ask({}, { text: 'We are open from eight.' });
    expect(parts.length).toBeGreaterThan(3);
    expect(textOf(parts)).toBe('We are open from eight.');
    expect(parts.at(-1)).toEqual({ type: 'done', usage: { inputTokens: 15, outputTokens: 5 } });
    expect(anthropic.requests[0]?.headers).toMatchObject({ authorization: 'Bearer sk-ant-test' });
    expect(anthropic.requests[0]?.body).toMatchObject({
      model: 'claude-haiku-4-5',
      max_tokens: 1024,
      system: 'You book tables.',
      messages: [{ role: 'user', content: SECRET }],
      stream: true,
    });
    expect(anthropic.requests[0]?.body).not.toHaveProperty('tools');
    expect(anthropic.requests[0]?.body).not.toHaveProperty('thinking');
  });

  it('calls tools, with arguments that come in pieces or not at all, and is told their results', async () => {
    const toolCalls = [
      { name: 'find_slot', arguments: '{"day":"Friday"}' },
      { name: 'find_slot', arguments: '' },
    ];
    const parts = await ask({ tools: [TOOL] }, { text: 'One moment.', toolCalls });
    const calls = parts.flatMap((part) => (part.type === 'tool_call' ? [part.call] : []));
    expect(calls).toEqual([
      { id: 'toolu_1', name: 'find_slot', arguments: '{"day":"Friday"}' },
      { id: 'toolu_2', name: 'find_slot', arguments: '{}' },
    ]);
    const after = await ask({
      tools: [TOOL],
      messages: [
        QUESTION,
        { role: 'assistant', text: 'One moment.', toolCalls: calls.slice(0, 1) },
        { role: 'tool', toolCallId: 'toolu_1', result: 'at nine' },
      ],
    });
    expect(textOf(after)).toBe('The tool said: at nine');
  });

  it('is asked in the way that the API takes: the user first, no empty text, an object as the input', async () => {
    const call = { id: 'c1', name: 'find_slot', arguments: 'not JSON' };
    const parts = await ask({
      messages: [
        { role: 'assistant', text: 'Hello, this is Rosewood.', toolCalls: [] },
        { role: 'assistant', text: '', toolCalls: [call] },
        { role: 'tool', toolCallId: 'c1', result: 'none' },
        QUESTION,
      ],
    });
    expect(textOf(parts)).toBe(`You said: ${SECRET}`);
  });

  it.each([
    ['claude-haiku-4-5', { temperature: 1.4, topP: 0.5 }, { temperature: 1 }],
    ['claude-sonnet-4-6', { temperature: null, topP: 0.5 }, { top_p: 0.5 }],
    ['claude-haiku-5-5', { temperature: 0.2, topP: 0.5 }, { thinking: { type: 'disabled' } }],
    ['claude-fable-5', { temperature: 0.2, topP: null }, {}],
  ])('%s gets the settings that it takes', async (name, settings, sent) => {
    await ask({ model: name, maxTokens: 60, ...settings });
    const { body } = anthropic.requests[0] ?? { body: {} };
    const { temperature, top_p, thinking, max_tokens } = body as Record<string, unknown>;
    expect({ temperature, top_p, thinking }).toEqual({
      temperature: undefined,
      top_p: undefined,
      thinking: undefined,
      ...sent,
    });
    expect(max_tokens).toBe(60);
  });

  it.each<[string, MessagesScript[], { code: ErrorCode; message: RegExp; status?: number }]>([
    [
      'refuses the key',
      [{ fault: 401 }],
      { code: ErrorCode.UNAVAILABLE, message: /refused the key.*ANTHROPIC_API_KEY/, status: 401 },
    ],
    [
      'is asked too often',
      [{ fault: 429 }],
      { code: ErrorCode.RATE_LIMITED, message: /429 \(rate_limit_error\)/, status: 429 },
    ],
    [
      'fails twice',
      [{ fault: 500 }, { fault: 500 }],
      { code: ErrorCode.UNAVAILABLE, message: /500 \(api_error\)/, status: 500 },
    ],
    [
      'never answers',
      [{ fault: 'hang' }],
      { code: ErrorCode.UNAVAILABLE, message: /sent nothing for 1500 ms/ },
    ],
    [
      'stalls in mid-answer',
      [{ fault: 'stall', text: 'We are open.' }],
      { code: ErrorCode.UNAVAILABLE, message: /sent nothing for 1500 ms/ },
    ],
    [
      'resets in mid-answer',
      [{ fault: 'reset', text: 'We are open.' }],
      { code: ErrorCode.UNAVAILABLE, message: /(lost the connection|can't be read)/ },
    ],
    [
      'sends a web page',
      [{ fault: 'garbage' }],
      { code: ErrorCode.UNAVAILABLE, message: /(before it was finished|can't be read)/ },
    ],
    [
      'is overloaded in mid-answer',
      [{ text: SECRET, breaksOffWith: 'overloaded_error' }],
      { code: ErrorCode.UNAVAILABLE, message: /broke off its answer \(overloaded_error\)/ },
    ],
    [
      'refuses to answer',
      [{ text: 'No', stopReason: 'refusal' }],
      { code: ErrorCode.UNAVAILABLE, message: /refused to answer/ },
    ],
    [
      'sends another shape',
      [{ data: [{ type: 'content_block_delta' }] }],
      { code: ErrorCode.UNAVAILABLE, message: /unknown shape \(index\)/ },
    ],
    [
      'ends too early',
      [{ data: [{ type: 'ping' }] }],
      { code: ErrorCode.UNAVAILABLE, message: /before it was finished/ },
    ],
  ])(
    'that %s is an error which says so, without a word of the caller',
    async (_, scripts, { code, message, status }) => {
      const failure = await failureOf(ask({}, ...scripts));
      expect(failure.code).toBe(code);
      expect(failure.message).toMatch(message);
      expect(failure.details).toMatchObject({ provider: 'anthropic', ...(status && { status }) });
      expect(JSON.stringify([failure.message, failure.details, failure.cause])).not.toContain('555');
    },
  );

  it('is asked once more, and at once, when it stumbles', async () => {
    expect(textOf(await ask({}, { fault: 500 }, { text: 'Here I am.' }))).toBe('Here I am.');
    expect(anthropic.requests).toHaveLength(2);
  });

  it('skips events that are newer than this program', async () => {
    const parts = await ask(
      {},
      {
        data: [
          { type: 'thought_bubble' },
          { type: 'message_delta', delta: {}, usage: { output_tokens: 0 } },
          { type: 'message_stop' },
        ],
      },
    );
    expect(parts).toEqual([{ type: 'done', usage: { inputTokens: 0, outputTokens: 0 } }]);
  });

  it('is hung up on at once when the caller interrupts, without an error', async () => {
    const { opened, open } = gate();
    const abort = new AbortController();
    anthropic.scripts.push({ text: 'We are open from eight.', betweenPieces: () => opened });
    const parts: AnswerPart[] = [];
    const request = answerRequest({ messages: [QUESTION], signal: abort.signal });
    const reading = (async () => {
      for await (const part of model.answer(request)) parts.push(part);
    })();
    while (anthropic.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    await reading;
    await anthropic.requests[0]?.hungUp;
    open();
    expect(parts.filter(({ type }) => type === 'done')).toEqual([]);
  });
});
