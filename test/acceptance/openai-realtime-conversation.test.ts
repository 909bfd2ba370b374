import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AppError } from '../../src/domain/errors.js';
import type { Message } from '../../src/providers/language-model.js';
import { createOpenAiProviders, type OpenAiOptions } from '../../src/providers/openai/openai-providers.js';
import { conversationUrl } from '../../src/providers/openai/realtime-conversation-session.js';
import type {
  SpeechToSpeechOptions,
  SpeechToSpeechStream,
  SpokenAnswerPart,
} from '../../src/providers/speech-to-speech.js';
import type { Transcript } from '../../src/providers/speech-to-text.js';
import { all, failureOf, gate } from '../emulators/openai/reading.js';
import {
  type AnswerScript,
  type RealtimeConversationEmulator,
  startRealtimeConversationEmulator,
} from '../emulators/openai/realtime-conversation.js';
import type { SocketFault } from '../emulators/socket-server.js';

let openAi: RealtimeConversationEmulator;
let call: AbortController;

beforeEach(async () => {
  openAi = await startRealtimeConversationEmulator();
  call = new AbortController();
});

afterEach(async () => {
  call.abort();
  await openAi.close();
});

const tools = [
  { name: 'end_call', description: 'Hangs up.', parameters: { type: 'object', properties: {} } },
];

const open = (more: Partial<SpeechToSpeechOptions> = {}, options: Partial<OpenAiOptions> = {}) =>
  createOpenAiProviders({ apiKey: 'sk-key', baseUrl: openAi.baseUrl, ...options }).speechToSpeech.open({
    model: null,
    voice: null,
    speed: null,
    tone: null,
    systemPrompt: 'You book tables.',
    tools: [],
    maxTokens: null,
    language: 'en-US',
    fallbackLanguage: null,
    decidesTurns: false,
    signal: call.signal,
    ...more,
  });

const user = (text: string): Message => ({ role: 'user', text });
const assistant = (text: string): Message => ({ role: 'assistant', text, toolCalls: [] });

const write = (stream: SpeechToSpeechStream, ms: number, voiced = true) => {
  for (let at = 0; at < ms; at += 20) stream.write(new Uint8Array(160).fill(0x9f), voiced);
};

/** The caller says it, and its final comes back. */
const say = async (stream: SpeechToSpeechStream, text: string): Promise<Transcript> => {
  openAi.speech.push({ text });
  write(stream, 400);
  stream.finalize();
  for await (const transcript of { [Symbol.asyncIterator]: () => iteratorOf(stream) }) {
    if (transcript.final) return transcript;
  }
  throw new Error('The transcripts ended');
};

const iterators = new WeakMap<SpeechToSpeechStream, AsyncIterator<Transcript>>();
const iteratorOf = (stream: SpeechToSpeechStream): AsyncIterator<Transcript> => {
  const known = iterators.get(stream) ?? stream.transcripts[Symbol.asyncIterator]();
  iterators.set(stream, known);
  // Without `return`: leaving the loop doesn't leave the stream.
  return { next: () => known.next() };
};

let answers = 0;

const answer = (stream: SpeechToSpeechStream, messages: readonly Message[], signal = call.signal) => {
  const id = `answer ${answers++}`;
  return { id, parts: all(stream.answer({ id, messages, passages: [], signal })) };
};

const textOf = (parts: readonly SpokenAnswerPart[]) =>
  parts.map((part) => (part.type === 'text' ? part.delta : '')).join('');

const audioMsOf = (parts: readonly SpokenAnswerPart[]) =>
  parts.reduce((ms, part) => ms + (part.type === 'audio' ? part.audio.length / 8 : 0), 0);

describe("a conversation with OpenAI's realtime model", () => {
  it('asks for telephone audio both ways, and for no answer without being asked', async () => {
    open({ voice: 'cedar', speed: 9, tone: 'calm', maxTokens: 300, language: 'de-AT', tools });
    const served = await openAi.socket(0);
    await served.until(({ received }) => received.length > 0);
    expect(served.url.pathname).toBe('/v1/realtime');
    expect(served.url.searchParams.get('model')).toBe('gpt-realtime-2.1');
    expect(served.headers.authorization).toBe('Bearer sk-key');
    expect(served.received[0]).toEqual({
      type: 'session.update',
      session: {
        type: 'realtime',
        instructions: 'You book tables.\n\nSpeak the language with the tag de-AT.\n\nYour voice: calm.',
        output_modalities: ['audio'],
        audio: {
          input: {
            format: { type: 'audio/pcmu' },
            transcription: { model: 'gpt-4o-mini-transcribe', language: 'de' },
            turn_detection: null,
          },
          output: { format: { type: 'audio/pcmu' }, voice: 'cedar', speed: 1.5 },
        },
        tools: [{ type: 'function', ...tools[0] }],
        tool_choice: 'auto',
        max_output_tokens: 300,
      },
    });
  });

  it("speaks and hears the agent's fallback language where it does not know the first", async () => {
    open({ language: 'so-SO', fallbackLanguage: 'ar' });
    const served = await openAi.socket(0);
    await served.until(({ received }) => received.length > 0);
    expect(served.received[0]).toMatchObject({
      session: {
        instructions: expect.stringContaining('Speak the language with the tag ar.'),
        audio: { input: { transcription: { language: 'ar' } } },
      },
    });
  });

  it('names the model in the address', () => {
    expect(conversationUrl('https://api.openai.com/v1/', 'a b')).toBe(
      'wss://api.openai.com/v1/realtime?model=a+b',
    );
  });

  it('transcribes the caller, and answers with text and as much audio', async () => {
    const stream = open();
    expect(await say(stream, 'A table for two.')).toEqual({
      text: 'A table for two.',
      final: true,
      confidence: null,
    });
    openAi.answers.push({ text: 'For two, at eight.' });
    const parts = await answer(stream, [assistant('Hello.'), user('A table for two.')]).parts;
    expect(textOf(parts)).toBe('For two, at eight.');
    expect(audioMsOf(parts)).toBe(18 * 60);
    expect(stream.heardMs).toBeGreaterThan(0);
    expect(parts.at(-1)).toEqual({ type: 'done', usage: { inputTokens: 100, outputTokens: 20 } });
    expect(openAi.conversations[0]?.lines).toEqual([
      'agent: Hello.',
      'caller: A table for two.',
      'agent: For two, at eight.',
    ]);
    expect(openAi.conversations[0]?.items.map(({ isAudio }) => isAudio)).toEqual([false, true, true]);
  });

  it('keeps of the audio what the turn is, and tells in words what the model did not hear', async () => {
    const stream = open();
    await say(stream, 'mhm');
    await say(stream, 'Two');
    await say(stream, 'persons, please.');
    await say(stream, '');
    await answer(stream, [user('Two persons, please.'), user('[The caller pressed 5.]')]).parts;
    expect(openAi.conversations[0]?.lines.slice(0, -1)).toEqual([
      'caller: Two',
      'caller: persons, please.',
      'caller: [The caller pressed 5.]',
    ]);
  });

  it('tells the model in words what came when it heard something else', async () => {
    const stream = open();
    await say(stream, 'Two persons.');
    await answer(stream, [user('Ten persons.')]).parts;
    expect(openAi.conversations[0]?.lines[0]).toBe('caller: Ten persons.');
    expect(openAi.conversations[0]?.lines).toHaveLength(2);
  });

  it('tells the model in words what it heard only a part of', async () => {
    const stream = open();
    await say(stream, 'Two');
    await answer(stream, [user('Two persons.')]).parts;
    expect(openAi.conversations[0]?.lines).toEqual([
      'caller: Two persons.',
      expect.stringMatching(/^agent: You said/),
    ]);
  });

  it('forgets an answer that the conversation knows nothing of', async () => {
    const stream = open();
    await answer(stream, [user('When?')]).parts;
    await answer(stream, [user('When?'), user('Hello?')]).parts;
    expect(openAi.conversations[0]?.lines.slice(0, -1)).toEqual(['caller: When?', 'caller: Hello?']);
  });

  it('makes one answer after the other', async () => {
    const stream = open();
    openAi.answers.push({ text: 'One.' }, { text: 'Two.' });
    const both = [answer(stream, [user('When?')]).parts, answer(stream, [user('When?')]).parts];
    expect((await Promise.all(both)).map(textOf)).toEqual(['One.', 'Two.']);
  });

  it('takes up a conversation that began elsewhere, tools included', async () => {
    const stream = open({ tools });
    await answer(stream, [
      assistant('Hello.'),
      user('Are you open?'),
      { role: 'assistant', text: '', toolCalls: [{ id: 'call_9', name: 'hours', arguments: '{"day":1}' }] },
      { role: 'tool', toolCallId: 'call_9', result: '{"open":true}' },
      assistant('Yes.'),
      user('Thanks.'),
    ]).parts;
    expect(openAi.conversations[0]?.lines.slice(0, -1)).toEqual([
      'agent: Hello.',
      'caller: Are you open?',
      'call: hours {"day":1}',
      'result: {"open":true}',
      'agent: Yes.',
      'caller: Thanks.',
    ]);
  });

  it('calls a tool, and goes on with its result', async () => {
    const stream = open({ tools });
    openAi.answers.push({ text: 'One moment.', toolCalls: [{ name: 'hours', arguments: '{}' }] });
    const parts = await answer(stream, [user('Are you open?')]).parts;
    const called = parts.find((part) => part.type === 'tool_call');
    if (called?.type !== 'tool_call') throw new Error('No tool was called');
    expect(called.call).toEqual({ id: expect.stringMatching(/^call_/), name: 'hours', arguments: '{}' });
    openAi.answers.push({ text: 'Yes, we are.' });
    const messages: Message[] = [
      user('Are you open?'),
      { role: 'assistant', text: '', toolCalls: [called.call] },
      { role: 'tool', toolCallId: called.call.id, result: '{"open":true}' },
    ];
    expect(textOf(await answer(stream, messages).parts)).toBe('Yes, we are.');
    await answer(stream, [...messages, assistant('One moment. Yes, we are.'), user('Thanks.')]).parts;
    expect(openAi.conversations[0]?.lines.slice(0, -1)).toEqual([
      'caller: Are you open?',
      'agent: One moment.',
      'call: hours {}',
      'result: {"open":true}',
      'agent: Yes, we are.',
      'caller: Thanks.',
    ]);
  });

  it('forgets what the caller did not hear of an answer', async () => {
    const stream = open();
    openAi.answers.push({ text: 'We are open from nine to five.' });
    const first = answer(stream, [user('When?')]);
    await first.parts;
    stream.truncate(first.id, 700);
    await answer(stream, [user('When?'), assistant('We are open —'), user('Stop.')]).parts;
    expect(openAi.conversations[0]?.lines.slice(0, 3)).toEqual([
      'caller: When?',
      'agent: [700 ms]',
      'caller: Stop.',
    ]);
  });

  it('forgets an answer of which nothing was heard', async () => {
    const stream = open();
    const first = answer(stream, [user('When?')]);
    await first.parts;
    stream.truncate(first.id, 0);
    await answer(stream, [user('When?'), user('Hello?')]).parts;
    expect(openAi.conversations[0]?.lines.slice(0, -1)).toEqual(['caller: When?', 'caller: Hello?']);
  });

  it('is told what documents say for the answer that is to come from them, and for no other', async () => {
    const stream = open({ systemPrompt: 'You are Ada.' });
    const passages = [{ title: 'Hours', text: 'The pool opens at half past six.' }];
    const messages = [user('When?')];
    await all(stream.answer({ id: 'first', messages, passages, signal: call.signal }));
    await answer(stream, [...messages, assistant('At half past six.'), user('Thanks.')]).parts;
    const { received } = await openAi.socket(0);
    const asked = received.flatMap((event) =>
      'type' in event && event.type === 'response.create' ? [event.response] : [],
    );
    expect(asked).toEqual([
      {
        instructions: expect.stringMatching(
          /^You are Ada\.\n\nSpeak the language with the tag [\s\S]*<passage title="Hours">\nThe pool opens at half past six\./,
        ),
      },
      undefined,
    ]);
  });

  it('stops an answer that nobody wants any more, cuts it, and makes the next one', async () => {
    const stream = open();
    const never = gate();
    openAi.answers.push({
      text: 'We are open from nine to five every day.',
      beforePiece: async (number) => {
        if (number === 4) await never.opened;
      },
    });
    const leave = new AbortController();
    const parts: SpokenAnswerPart[] = [];
    for await (const part of stream.answer({
      id: 'a',
      messages: [user('When?')],
      passages: [],
      signal: leave.signal,
    })) {
      parts.push(part);
      if (parts.length < 8) continue;
      // As when the caller interrupts: both at once.
      leave.abort();
      stream.truncate('a', 300);
    }
    const messages = [user('When?'), assistant('We —'), user('Stop.')];
    openAi.answers.push({ text: 'Yes?' });
    expect(textOf(await answer(stream, messages).parts)).toBe('Yes?');
    expect(openAi.conversations[0]?.lines).toEqual([
      'caller: When?',
      'agent: [300 ms]',
      'caller: Stop.',
      'agent: Yes?',
    ]);
    // Both are billed.
    expect(stream.tokens).toEqual({ inputTokens: 200, outputTokens: 40 });
  });

  it('tells in words an answer that another one finished', async () => {
    const stream = open();
    openAi.answers.push({ text: 'We are open from nine to five.', fault: 'failed' });
    await failureOf(answer(stream, [user('When?')]).parts);
    await answer(stream, [user('When?'), assistant('We are open until four.'), user('Thanks.')]).parts;
    expect(openAi.conversations[0]?.lines.slice(0, 3)).toEqual([
      'caller: When?',
      'agent: We are open until four.',
      'caller: Thanks.',
    ]);
  });

  it('leaves the turns to OpenAI where it is asked to', async () => {
    const { markWord } = await import('../../src/providers/sandbox/watermark.js');
    const stream = open({ decidesTurns: true });
    const served = await openAi.socket(0);
    await served.until(({ received }) => received.length > 0);
    expect(served.received[0]).toMatchObject({
      session: {
        audio: {
          input: {
            turn_detection: { type: 'semantic_vad', create_response: false, interrupt_response: false },
          },
        },
      },
    });
    const { frames } = markWord(new Uint8Array(10 * 160).fill(0x9f), 'Hello', 0);
    for (let at = 0; at < frames.length; at += 160) stream.write(frames.subarray(at, at + 160), true);
    write(stream, 1_000, false);
    const { value } = await iteratorOf(stream).next();
    expect(value).toEqual({ text: 'Hello', final: true, confidence: null, turn: 'ended' });
    expect(served.commands).not.toContain('input_audio_buffer.commit');
  });

  it('answers a stop in which nobody spoke with an empty final', async () => {
    const stream = open();
    stream.finalize();
    expect((await iteratorOf(stream).next()).value).toEqual({ text: '', final: true, confidence: null });
  });

  it('closes the socket when the call ends, and leaves nothing behind', async () => {
    const stream = open();
    const heard = all(stream.transcripts);
    const served = await openAi.socket(0);
    await served.until(({ received }) => received.length > 0);
    openAi.answers.push({ fault: 'hang' });
    const { parts } = answer(stream, [user('When?')]);
    await served.until(({ commands }) => commands.includes('response.create'));
    call.abort();
    expect(await heard).toEqual([]);
    expect(await parts).toEqual([]);
    expect(await served.closed).toBe(1000);
    expect(getEventListeners(call.signal, 'abort')).toHaveLength(0);
  });

  it('ends without an error when its hour is over, so that the next one is opened', async () => {
    const stream = open();
    const heard = all(stream.transcripts);
    const served = await openAi.socket(0);
    await served.until(({ received }) => received.length > 0);
    served.send({ type: 'error', error: { type: 'invalid_request_error', code: 'session_expired' } });
    expect(await heard).toEqual([]);
    const error = await failureOf(answer(stream, [user('Hello?')]).parts);
    expect(error.message).toMatch(/has no connection any more.$/);
  });
});

const everythingIn = ({ message, details, cause, stack }: AppError): string =>
  JSON.stringify([message, details, String(cause), stack]);

describe("when OpenAI's realtime model fails", () => {
  const failing = (patienceMs = 5_000) => {
    const stream = open({}, { patienceMs });
    return {
      answered: failureOf(answer(stream, [user('When?')]).parts),
      heard: failureOf(all(stream.transcripts)),
    };
  };

  it.each<[SocketFault, string, RegExp, object]>([
    [401, 'UNAVAILABLE', /refused the key \(401\). Check OPENAI_API_KEY.$/, { status: 401 }],
    [429, 'RATE_LIMITED', /answered 429. Check the account/, { status: 429, retryable: true }],
    [500, 'UNAVAILABLE', /answered 500.$/, { status: 500, retryable: true }],
    ['garbage', 'UNAVAILABLE', /sent a message that isn't JSON.$/, { retryable: true }],
    ['other shape', 'UNAVAILABLE', /sent a message of an unknown shape \(type\).$/, { retryable: true }],
    ['close', 'UNAVAILABLE', /closed the connection \(1011\).$/, { retryable: true }],
    ['reset', 'UNAVAILABLE', /lost the connection|closed the connection \(1006\)/, { retryable: true }],
  ])('both its ear and its answer say so of %s', async (fault, code, message, details) => {
    openAi.faults.push(fault);
    const { answered, heard } = failing();
    for (const error of [await answered, await heard]) {
      expect(error.code).toBe(code);
      expect(error.message).toMatch(/^OpenAI's speech to speech \(gpt-realtime-2.1\) /);
      expect(error.message).toMatch(message);
      expect(error.details).toMatchObject({ provider: 'openai', capability: 'speechToSpeech', ...details });
      expect(everythingIn(error)).not.toMatch(/sk-key|secret/);
    }
    expect(getEventListeners(call.signal, 'abort')).toHaveLength(0);
  });

  it.each<[NonNullable<AnswerScript['fault']>, RegExp]>([
    ['close', /closed the connection \(1011\).$/],
    ['reset', /lost the connection|closed the connection \(1006\)/],
    ['garbage', /sent a message that isn't JSON.$/],
    ['other shape', /sent a message of an unknown shape \(response.id\).$/],
    ['stall', /sent nothing for 300 ms.$/],
    ['hang', /sent nothing for 300 ms.$/],
  ])('says so of %s in the middle of an answer', async (fault, message) => {
    openAi.answers.push({ text: 'We are open from nine to five.', fault });
    const { answered, heard } = failing(300);
    for (const error of [await answered, await heard]) {
      expect(error.message).toMatch(message);
      expect(everythingIn(error)).not.toMatch(/sk-key|secret|nine/);
    }
  });

  it.each<[string, AnswerScript, string, RegExp]>([
    [
      'a rate limit',
      {
        text: 'We are open.',
        fault: 'failed',
        error: { type: 'tokens', code: 'rate_limit_exceeded', message: 'secret' },
      },
      'RATE_LIMITED',
      /broke off \(rate_limit_exceeded\). Check the account/,
    ],
    [
      'a server error',
      { text: 'We are open.', fault: 'failed' },
      'UNAVAILABLE',
      /broke off \(server_error\)/,
    ],
    [
      'a refused answer',
      { refusal: { type: 'tokens', code: 'insufficient_quota', message: 'secret' } },
      'RATE_LIMITED',
      /broke off \(insufficient_quota\)/,
    ],
    ['words without audio', { text: 'We are open.', fault: 'silent' }, 'UNAVAILABLE', /said nothing of its/],
  ])('%s fails the answer, and the conversation goes on', async (_, script, code, message) => {
    const stream = open();
    openAi.answers.push(script);
    const error = await failureOf(answer(stream, [user('When?')]).parts);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(everythingIn(error)).not.toContain('secret');
    expect((await say(stream, 'Hello?')).text).toBe('Hello?');
    openAi.answers.push({ text: 'Yes?' });
    expect(textOf(await answer(stream, [user('When?'), user('Hello?')]).parts)).toBe('Yes?');
  });

  it('says so of a session that is refused', async () => {
    openAi.refusals.push({ type: 'invalid_request_error', code: 'invalid_model', message: 'secret' });
    const { answered } = failing();
    const error = await answered;
    expect(error.message).toContain('broke off (invalid_model).');
    expect(error.details).toMatchObject({ status: 400, retryable: false });
    expect(everythingIn(error)).not.toContain('secret');
  });

  it('says so of speech that is not transcribed', async () => {
    openAi.speech.push({ failure: { type: 'transcription_error', code: 'audio_unintelligible' } });
    const stream = open();
    write(stream, 400);
    stream.finalize();
    expect((await failureOf(all(stream.transcripts))).message).toContain('broke off (audio_unintelligible).');
  });

  it('waits only so long for a session, and for a handshake', async () => {
    openAi.faults.push('stall', 'hang');
    expect((await failing(1_000).answered).message).toContain('sent nothing for 1000 ms.');
    await (await openAi.socket(0)).closed;
    expect((await failing(100).answered).message).toContain('within 100 ms.');
    await (await openAi.hung(0)).left;
  });
});
