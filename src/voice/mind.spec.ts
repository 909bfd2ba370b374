import { once } from 'node:events';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { HistoryEntry } from '../domain/call/history.js';
import { silentLogger } from '../domain/logger.js';
import type { AnswerPart, AnswerRequest, LanguageModel } from '../providers/language-model.js';
import { TookTooLong } from '../providers/resilience/took-too-long.js';
import { Mind } from './mind.js';
import { Lookups } from './retrieval/lookups.js';
import type { Passage, Retriever } from './retrieval/retriever.js';
import type { Effect } from './turn-taking/effect.js';
import type { Input } from './turn-taking/input.js';
import { policy } from './turn-taking/policy.js';
import { NEWEST_RULES } from './turn-taking/rules.js';
import { initialState, nextDeadlineMs } from './turn-taking/state.js';
import { step } from './turn-taking/step.js';

const passage: Passage = {
  documentId: 'doc_1',
  title: 'Opening hours',
  chunk: 0,
  text: 'We open at eight.',
  score: 0.9,
};

/** Keeps what it's asked, and has one word for it. */
class ScriptedModel implements LanguageModel {
  readonly name = 'mind';
  readonly requests: AnswerRequest[] = [];

  async *answer(request: AnswerRequest): AsyncGenerator<AnswerPart> {
    this.requests.push(request);
    yield { type: 'text', delta: 'Well.' };
    yield { type: 'done', usage: null };
  }
}

/** The conversation's rules, its mind and what it looks up, on a clock that the test moves. */
class Call {
  readonly model = new ScriptedModel();
  readonly taken: Input[] = [];
  readonly #history: HistoryEntry[] = [];
  readonly #mind: Mind;
  readonly #lookups: Lookups;
  #state = initialState({
    rules: NEWEST_RULES,
    attempt: 1,
    language: 'en',
    greeting: '',
    silenceTimeoutMs: 60_000,
    maxDurationMs: 600_000,
    answeredAtMs: 0,
    finalWithinMs: 500,
    interims: true,
    providers: { speech_to_text: 'ear', language_model: 'mind', text_to_speech: 'voice' },
    retrieves: true,
    speculates: true,
  });
  #nowMs = 0;

  constructor(retriever: Retriever) {
    const { signal } = new AbortController();
    const take = (input: Input) => this.take(input);
    const options = { temperature: null, topP: null, maxTokens: null, language: 'en', tools: [] };
    const choices = [{ provider: this.model, model: null }] as const;
    this.#mind = new Mind({ ...options, choices, systemPrompt: 'Be kind.' }, take, signal);
    this.#lookups = new Lookups(retriever, take, signal, silentLogger);
    this.take({ type: 'start', resumed: null });
  }

  take(input: Input): void {
    this.taken.push(input);
    const { state, effects, events } = step(this.#state, input, this.#nowMs);
    this.#state = state;
    for (const { type, data } of events) {
      if (type === 'CallerTurnCommitted') this.#history.push({ role: 'caller', text: data.text });
    }
    for (const effect of effects) this.#carryOut(effect);
  }

  /** Deadlines are met on the way. */
  passes(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const dueMs = nextDeadlineMs(this.#state);
      if (dueMs === null || dueMs > untilMs) break;
      this.#nowMs = Math.max(this.#nowMs, dueMs);
      this.take({ type: 'tick' });
    }
    this.#nowMs = untilMs;
  }

  says(text: string): void {
    this.take({ type: 'transcript', text, final: true, confidence: 0.9 });
  }

  #carryOut(effect: Effect): void {
    if (effect.type === 'retrieve') void this.#lookups.lookUp(effect, this.#history);
    else if (effect.type === 'forget') this.#lookups.forget(effect.retrieval);
    else if (effect.type === 'abort') this.#mind.abort(effect.model);
    else if (effect.type === 'think') {
      void this.#mind.think(effect, this.#history, this.#lookups.passagesOf(effect.retrieval));
    }
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('what a model is asked', () => {
  let asked: string[];
  beforeEach(() => {
    asked = [];
  });

  const callWith = (search: Retriever['retrieve']) =>
    new Call({
      retrieve: (text, signal) => {
        asked.push(text);
        return search(text, signal);
      },
    });
  const hangs: Retriever['retrieve'] = async (_, signal) => {
    await once(signal, 'abort');
    throw signal.reason;
  };

  it('has what was found in time, beside the prompt and not in the conversation', async () => {
    const call = callWith(async () => [passage]);
    call.says('When do you open?');
    await settled();
    expect(asked).toEqual(['When do you open?']);
    const [request] = call.model.requests;
    expect(request?.systemPrompt).toMatch(/^Be kind\.\n[\s\S]*We open at eight\./);
    expect(request?.messages).toEqual([{ role: 'user', text: 'When do you open?' }]);
  });

  it('has nothing of what came late, and waits no longer than it may', async () => {
    const call = callWith(hangs);
    call.says('When do you open?');
    call.passes(299);
    await settled();
    expect(call.model.requests).toEqual([]);
    call.passes(1);
    await settled();
    expect(call.model.requests).toMatchObject([{ systemPrompt: 'Be kind.' }]);
    expect(call.taken.map(({ type }) => type)).not.toContain('retrieval_failed');
  });

  it('has nothing of documents that fail', async () => {
    const call = callWith(async () => {
      throw new Error('status 500');
    });
    call.says('When do you open?');
    await settled();
    expect(call.model.requests).toMatchObject([{ systemPrompt: 'Be kind.' }]);
  });

  it('is not asked where the caller goes on meanwhile: that is looked up instead', async () => {
    const signals: AbortSignal[] = [];
    const call = callWith((text, signal) => {
      signals.push(signal);
      return text.includes('Sundays') ? Promise.resolve([passage]) : hangs(text, signal);
    });
    call.says('When do you open?');
    call.says('On Sundays?');
    call.passes(150);
    await settled();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(asked).toEqual(['When do you open?', 'When do you open? On Sundays?']);
    expect(call.model.requests).toHaveLength(1);
    expect(call.model.requests[0]?.systemPrompt).toContain('We open at eight.');
  });
});

describe('a model that another one was quicker than', () => {
  const effect = { type: 'think', model: '1.1' } as const;
  const asked = (answer: LanguageModel['answer']) => {
    const taken: Input[] = [];
    const { signal } = new AbortController();
    const choice = { provider: { name: 'slow', answer }, model: null };
    const options = {
      temperature: null,
      topP: null,
      maxTokens: null,
      language: 'en',
      systemPrompt: '',
      tools: [],
    };
    const mind = new Mind({ choices: [choice], ...options }, (input) => taken.push(input), signal);
    const ended = mind.think(effect, []);
    mind.abort('1.1', { beaten: true });
    return { mind, taken, ended };
  };

  it('is told that it took too long, where it had not begun in its time', async () => {
    jest.useFakeTimers();
    try {
      let reason: unknown = null;
      const { ended, taken } = asked(async function* ({ signal }) {
        yield* [];
        await once(signal, 'abort');
        reason = signal.reason;
      });
      await jest.advanceTimersByTimeAsync(policy.modelDeadlineMs - 50);
      expect(reason).toBeNull();
      await jest.advanceTimersByTimeAsync(100);
      await ended;
      expect(reason).toBeInstanceOf(TookTooLong);
      expect(taken).toEqual([]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('is stopped at its first part, which nobody hears', async () => {
    let stopped: AbortSignal | undefined;
    const { ended, taken } = asked(async function* ({ signal }) {
      stopped = signal;
      yield { type: 'text', delta: 'Late.' };
      yield { type: 'text', delta: 'Never made.' };
    });
    await ended;
    expect(stopped?.aborted).toBe(true);
    expect(stopped?.reason).not.toBeInstanceOf(TookTooLong);
    expect(taken).toEqual([]);
  });

  it('fails for nobody but its breaker', async () => {
    const { ended, taken } = asked(async function* () {
      yield* [];
      await settled();
      throw new Error('Away.');
    });
    await ended;
    expect(taken).toEqual([]);
  });
});
