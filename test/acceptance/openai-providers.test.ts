import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { levelDb } from '../../src/audio/level.js';
import { decodeMuLaw } from '../../src/audio/mu-law.js';
import { type AppError, ErrorCode, isAppError } from '../../src/domain/errors.js';
import type { AnswerPart, AnswerRequest } from '../../src/providers/language-model.js';
import { createOpenAiProviders, type OpenAiOptions } from '../../src/providers/openai/openai-providers.js';
import type { ProviderSet } from '../../src/providers/registry.js';
import type { Fault } from '../emulators/openai/delivery.js';
import { type Endpoint, type OpenAiEmulator, startOpenAiEmulator } from '../emulators/openai/emulator.js';
import { all, failureOf, gate } from '../emulators/openai/reading.js';
import { answerRequest, audioOf, speechRequest } from '../support/provider-requests.js';

/** What no error may repeat. */
const SECRET = 'my card is 4111 1111';

/** The client prints what it can't parse, unless it's told not to. */
const printed = jest.spyOn(console, 'error');

let openAi: OpenAiEmulator;
let caller: AbortController;

beforeEach(async () => {
  openAi = await startOpenAiEmulator();
  caller = new AbortController();
});

afterEach(async () => {
  caller.abort();
  await openAi.close();
  expect(printed).not.toHaveBeenCalled();
});

const providers = (options: Partial<OpenAiOptions> = {}): ProviderSet =>
  createOpenAiProviders({ apiKey: 'sk-test', baseUrl: openAi.baseUrl, ...options });

const ask = (text: string): AnswerRequest =>
  answerRequest({
    messages: [{ role: 'user', text }],
    temperature: 0.3,
    maxTokens: 150,
    language: 'en-US',
    signal: caller.signal,
  });

describe("OpenAI's language model", () => {
  const answer = (request = ask('Hello'), options: Partial<OpenAiOptions> = {}) =>
    providers(options).languageModel.answer(request);

  const book = { name: 'book', description: 'Books a table', parameters: { type: 'object', properties: {} } };

  it('gives the words as they come, then the usage', async () => {
    const parts = await all(answer(ask('Two, please')));
    expect(parts.slice(0, -1)).toEqual(
      ['You', ' said:', ' Two,', ' please'].map((delta) => ({ type: 'text', delta })),
    );
    expect(parts.at(-1)).toEqual({ type: 'done', usage: { inputTokens: 5, outputTokens: 4 } });
    expect(openAi.requests[0]).toMatchObject({
      headers: { authorization: 'Bearer sk-test' },
      body: { model: 'gpt-5.6-luna', stream: true, stream_options: { include_usage: true } },
    });
  });

  it('gives whole tool calls, and takes their results', async () => {
    openAi.scripts.chat.push({
      text: 'One moment.',
      toolCalls: [
        { name: 'book', arguments: '{"guests":2}' },
        { name: 'book', arguments: '{"guests":4}' },
      ],
    });
    const request = { ...ask('Two tables'), tools: [book] };
    const parts = await all(answer(request));
    const calls = parts.flatMap((part) => (part.type === 'tool_call' ? [part.call] : []));
    expect(parts.map(({ type }) => type)).toEqual(['text', 'text', 'tool_call', 'tool_call', 'done']);
    expect(calls.map((call) => call.arguments)).toEqual(['{"guests":2}', '{"guests":4}']);

    const results = calls.map(({ id }) => ({ role: 'tool', toolCallId: id, result: 'booked' }) as const);
    const messages = [
      ...request.messages,
      { role: 'assistant', text: 'One moment.', toolCalls: calls } as const,
      ...results,
    ];
    expect(textOf(await all(answer({ ...request, messages })))).toBe('The tool said: booked');
  });

  it('has nothing of what the model thinks before, where the server sends that along', async () => {
    openAi.scripts.chat.push({ text: '<think>They ask for the hours.</think> We are open.' });
    const parts = await all(answer(ask('Are you open?'), { languageModel: 'qwen3' }));
    expect(textOf(parts)).toBe(' We are open.');
  });

  it('has the words in which the model declines', async () => {
    openAi.scripts.chat.push({ refusal: "I can't help with that." });
    const parts = await all(answer(ask('How do I pick a lock?')));
    expect(textOf(parts)).toBe("I can't help with that.");
    expect(parts.at(-1)).toMatchObject({ type: 'done' });
  });

  it('understands servers that send tool calls whole, without index or id', async () => {
    const call = (args: unknown) => ({ function: { name: 'book', arguments: args } });
    openAi.scripts.chat.push({
      data: [
        {
          choices: [{ delta: { role: 'assistant', content: null, tool_calls: [call('{"guests":2}')] } }],
          usage: { prompt_tokens: 3, completion_tokens: 4 },
        },
        { choices: [{ delta: { tool_calls: [call({ guests: 4 })] }, finish_reason: 'stop' }] },
      ],
    });
    const parts = await all(answer({ ...ask('Two tables'), tools: [book] }, { languageModel: 'llama3.2' }));
    expect(parts).toMatchObject([
      { type: 'tool_call', call: { name: 'book', arguments: '{"guests":2}' } },
      { type: 'tool_call', call: { name: 'book', arguments: '{"guests":4}' } },
      { type: 'done', usage: { inputTokens: 3, outputTokens: 4 } },
    ]);
  });

  it('says nothing of the usage when the server does not', async () => {
    openAi.scripts.chat.push({ data: [{ choices: [{ finish_reason: 'stop' }] }] });
    expect(await all(answer())).toEqual([{ type: 'done', usage: null }]);
  });

  it('hangs up when nobody reads on', async () => {
    openAi.scripts.chat.push({ fault: 'stall', text: 'word '.repeat(50) });
    for await (const _ of answer()) break;
    await (await openAi.request(0)).hungUp;
  });

  it('makes up for one failure of the server, and not for two', async () => {
    openAi.scripts.chat.push({ fault: 500 });
    expect(textOf(await all(answer()))).toBe('You said: Hello');
    openAi.scripts.chat.push({ fault: 500 }, { fault: 500 });
    expect((await failureOf(all(answer()))).details).toMatchObject({
      status: 500,
      requestId: 'req_emulated',
    });
    expect(openAi.requests).toHaveLength(4);
  });

  it.each([
    [
      'a chunk that is cut off',
      [`{"choices":[{"delta":{"content":"${SECRET}`],
      "sent an answer that isn't JSON.",
    ],
    ['a chunk of another shape', [{ choices: SECRET }], 'sent an answer of an unknown shape (choices).'],
    [
      'an answer without an end',
      [{ choices: [{ delta: { content: 'I' } }] }, '[DONE]'],
      'before it was finished.',
    ],
    [
      'an error in mid-answer',
      [{ error: { message: SECRET, type: 'server_error', code: null } }],
      'broke off its answer (server_error).',
    ],
    ['an error that quotes in its code', [{ error: { code: SECRET } }], 'broke off its answer.'],
  ])('fails at %s', async (_, data, message) => {
    openAi.scripts.chat.push({ data });
    const error = await failureOf(all(answer()));
    expect(error).toMatchObject({ code: ErrorCode.UNAVAILABLE, message: expect.stringContaining(message) });
    expect(everythingIn(error)).not.toContain(SECRET);
  });
});

const textOf = (parts: readonly AnswerPart[]): string =>
  parts.map((part) => (part.type === 'text' ? part.delta : '')).join('');

describe("OpenAI's text to speech", () => {
  const speak = (text: string, options: Partial<OpenAiOptions> = {}) =>
    audioOf(
      providers(options).textToSpeech.speak(
        speechRequest({ text, language: 'en-US', signal: caller.signal }),
      ),
    );

  it('speaks mu-law at 8 kHz, whole and clean however the stream is cut', async () => {
    const text = 'Hello.';
    openAi.scripts.speech.push({ pieceBytes: 1_000_000 }, { pieceBytes: 961 }, { pieceBytes: 7 });
    const [whole, cut, crumbs] = [await all(speak(text)), await all(speak(text)), await all(speak(text))];
    const audio = Buffer.concat(whole);
    expect(audio).toHaveLength(text.length * 60 * 8);
    expect(cut.length).toBeGreaterThan(10);
    expect(Buffer.concat(cut)).toEqual(audio);
    expect(Buffer.concat(crumbs)).toEqual(audio);
    // The emulator's tone: a sine of 8,000.
    expect(levelDb(decodeMuLaw(audio))).toBeCloseTo(20 * Math.log10(8000 / 32_768 / Math.SQRT2), 0);
    expect(openAi.requests[0]?.body).toEqual({
      model: 'gpt-4o-mini-tts',
      voice: 'alloy',
      input: text,
      response_format: 'pcm',
    });
  });

  it('speaks at the speed and in the tone that it is asked for, where the model takes one', async () => {
    const manner = { text: 'Hello.', speed: 1.2, tone: 'Calm and friendly.', signal: caller.signal };
    const voice = providers().textToSpeech;
    await all(voice.speak(speechRequest(manner)));
    await all(voice.speak(speechRequest({ ...manner, model: 'tts-1' })));
    expect(openAi.requests[0]?.body).toMatchObject({ speed: 1.2, instructions: 'Calm and friendly.' });
    expect(openAi.requests[1]?.body).toMatchObject({ model: 'tts-1', speed: 1.2 });
    expect(openAi.requests[1]?.body).not.toHaveProperty('instructions');
  });

  it('speaks before it has everything', async () => {
    const rest = gate();
    openAi.scripts.speech.push({ pieceBytes: 4801, betweenPieces: () => rest.opened });
    const audio = speak('Good evening.')[Symbol.asyncIterator]();
    const first = await audio.next();
    expect(first.value?.length).toBeGreaterThan(700);
    rest.open();
    while (!(await audio.next()).done);
  });

  it('drops half a sample at the end', async () => {
    openAi.scripts.speech.push({ bytes: new Uint8Array(961) });
    expect(Buffer.concat(await all(speak('Hm')))).toHaveLength(160);
  });

  it('fails when it hears nothing', async () => {
    openAi.scripts.speech.push({ bytes: new Uint8Array(0) });
    expect((await failureOf(all(speak('Hello')))).message).toBe(
      "OpenAI's text to speech (gpt-4o-mini-tts) sent no audio.",
    );
  });
});

describe("OpenAI's embeddings", () => {
  const embed = (texts: readonly string[], options: Partial<OpenAiOptions> = {}) =>
    providers(options).embeddings.embed(texts, caller.signal);

  const dot = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
    a?.reduce((sum, value, at) => sum + value * (b?.[at] ?? Number.NaN), 0) ?? Number.NaN;

  it('gives a vector of length 1 for each text, a hundred a request', async () => {
    const texts = Array.from({ length: 250 }, (_, n) => `passage number ${n}`);
    const vectors = await embed(texts);
    expect(vectors).toHaveLength(250);
    for (const vector of vectors) expect(dot(vector, vector)).toBeCloseTo(1, 5);
    const batches = openAi.requests.map(({ body }) => body.input as string[]);
    expect(batches.map((batch) => batch.length)).toEqual([100, 100, 50]);
    expect(batches.flat()).toEqual(texts);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
    const [again] = await embed(['passage number 249']);
    expect(dot(again, vectors[249])).toBeCloseTo(1, 5);
    expect(dot(again, vectors[248])).toBeLessThan(0.9);
  });

  it('brings the vectors into the order of the texts, and to length 1', async () => {
    const data = [
      { index: 1, embedding: [0, 5] },
      { index: 0, embedding: [3, 4] },
    ];
    openAi.scripts.embeddings.push({ data });
    const options = { embeddingModel: 'all-minilm', embeddingDimensions: 2 };
    expect(await embed(['first', 'second'], options)).toEqual([
      Float32Array.of(0.6, 0.8),
      Float32Array.of(0, 1),
    ]);
  });

  it.each([
    ['vectors of another length', [{ index: 0, embedding: [1, 2] }], 'a vector of 2 dimensions, not 1536.'],
    ['too few vectors', [], 'sent 0 vectors for 1 texts.'],
    [
      'a vector without direction',
      [{ index: 0, embedding: Array<number>(1536).fill(0) }],
      'a vector of zeros.',
    ],
  ])('fails at %s', async (_, data, message) => {
    openAi.scripts.embeddings.push({ data });
    expect((await failureOf(embed(['Hello']))).message).toContain(message);
  });

  it('asks nothing about nothing', async () => {
    expect(await embed([])).toEqual([]);
    expect(openAi.requests).toHaveLength(0);
  });

  it("rejects with the signal's reason", async () => {
    openAi.scripts.embeddings.push({ fault: 'hang' });
    const vectors = embed(['Hello']);
    const { hungUp } = await openAi.request(0);
    caller.abort(new Error('enough'));
    await expect(vectors).rejects.toThrow('enough');
    await hungUp;
  });

  it('wants to know the dimensions of a model that it does not know', () => {
    expect(() => providers({ embeddingModel: 'nomic-embed-text' })).toThrow(
      expect.objectContaining({ code: ErrorCode.BAD_USER_INPUT }),
    );
  });
});

/** Each capability, asked about something private. */
const QUESTIONS: readonly (readonly [string, Endpoint, (set: ProviderSet) => AsyncIterable<unknown>])[] = [
  [
    'speech to text',
    'transcriptions',
    ({ speechToText }) => {
      const stream = speechToText.open({
        model: null,
        language: 'en-US',
        fallbackLanguage: null,
        signal: caller.signal,
      });
      for (let n = 0; n < 50; n++) stream.write(new Uint8Array(160), true);
      stream.finalize();
      return stream.transcripts;
    },
  ],
  ['language model', 'chat', ({ languageModel }) => languageModel.answer(ask(SECRET))],
  [
    'text to speech',
    'speech',
    ({ textToSpeech }) =>
      textToSpeech.speak(speechRequest({ text: SECRET, language: 'en-US', signal: caller.signal })),
  ],
  [
    'embeddings',
    'embeddings',
    async function* ({ embeddings }) {
      yield* await embeddings.embed([SECRET], caller.signal);
    },
  ],
];

const everythingIn = ({ message, details, cause, stack }: AppError): string =>
  JSON.stringify([message, details, String(cause), stack]);

describe.each(QUESTIONS)("when OpenAI's %s fails", (name, endpoint, question) => {
  const answer = (options: Partial<OpenAiOptions> = {}) => all(question(providers(options)));

  const failing = (...faults: Fault[]) => {
    const scripts: { fault: Fault; text: string }[] = openAi.scripts[endpoint] as never;
    scripts.push(...faults.map((fault) => ({ fault, text: SECRET })));
  };

  it.each([
    [401, [401], ErrorCode.UNAVAILABLE, 'refused the key (401). Check OPENAI_API_KEY.'],
    [429, [429], ErrorCode.RATE_LIMITED, 'answered 429 (rate_limit_exceeded). Check the account'],
    [500, [500, 500], ErrorCode.UNAVAILABLE, 'answered 500 (server_error).'],
    ['a reset', ['reset', 'reset'], ErrorCode.UNAVAILABLE, 'lost the connection ('],
    ['a web page', ['garbage'], ErrorCode.UNAVAILABLE, /(sent|ended)/],
  ] as const)('says so of %s', async (_, faults, code, message) => {
    failing(...faults);
    const error = await failureOf(answer());
    expect(error.code).toBe(code);
    expect(error.message).toMatch(new RegExp(`^OpenAI's ${name} \\(.*\\) `));
    expect(error.message).toMatch(message);
    expect(everythingIn(error)).not.toContain(SECRET);
  });

  it.each(['hang', 'stall'] as const)('waits only so long: %s', async (fault) => {
    failing(fault);
    const error = await failureOf(answer({ patienceMs: 100 }));
    expect(error.code).toBe(ErrorCode.UNAVAILABLE);
    expect(error.message).toContain('sent nothing for 100 ms.');
    await (await openAi.request(0)).hungUp;
  });

  it('says so of a server that is not there', async () => {
    const baseUrl = openAi.baseUrl;
    await openAi.close();
    const error = await failureOf(answer({ baseUrl }));
    expect(error.message).toContain(
      'lost the connection (ECONNREFUSED). Check the network and OPENAI_BASE_URL.',
    );
    openAi = await startOpenAiEmulator();
  });

  it('is silent and hangs up when the caller wants no more, before the answer and in its middle', async () => {
    for (const [number, fault] of (['hang', 'stall'] as const).entries()) {
      caller = new AbortController();
      failing(fault);
      const quiet = answer().catch((error: unknown) => error);
      const { hungUp } = await openAi.request(number);
      caller.abort();
      await hungUp;
      expect(isAppError(await quiet)).toBe(false);
    }
    await answer().catch(() => undefined);
    expect(openAi.requests).toHaveLength(2);
  });
});
