import assert from 'node:assert/strict';
import type { CallEvent } from '../../../src/domain/call/events.js';
import { messageOf } from '../../../src/domain/errors.js';
import { eventDefinitions } from '../../../src/domain/events.js';
import type { Effect } from '../../../src/voice/turn-taking/effect.js';
import type { Input } from '../../../src/voice/turn-taking/input.js';
import { nextDeadlineMs, type State } from '../../../src/voice/turn-taking/state.js';
import { type Step, step } from '../../../src/voice/turn-taking/step.js';
import { hasWords } from '../../../src/voice/turn-taking/words.js';
import { LookupAudit } from './lookup-audit.js';

/** More deadlines than there are can't be due at one instant, unless each brings the next. */
const MOST_TICKS = 30;

/**
 * Takes steps, and holds the reducer to what must be true whatever comes in: events that the ledger takes, in an order
 * that makes sense, effects that fit together, and an end that is one.
 */
export class Audit {
  state: State;
  nowMs = 0;
  readonly events: CallEvent[] = [];
  readonly #trace: { readonly atMs: number; readonly input: Input }[] = [];
  #turn = 0;
  #isOver = false;
  /** That are asked now: two only where one is slow. */
  readonly #models = new Set<string>();
  #reply: { readonly id: number; chunks: number } | null = null;
  #speaking: number | null = null;
  /** A prompt of which nobody knows yet what was heard. */
  #isPrompting = false;
  readonly #lookups = new LookupAudit();
  readonly #tools = new Set<string>();
  readonly #composed = new Set<number>();
  readonly #spoken = new Set<number>();

  constructor(state: State) {
    this.state = freeze(state);
  }

  /** Takes an input at a time, and all deadlines that are due by then. `timely`: each at its own time, before the input. */
  take(of: (state: State, nowMs: number) => Input, atMs: number, timely: boolean): void {
    try {
      if (timely) this.#tickUntil(atMs);
      this.nowMs = atMs;
      this.#step(of(this.state, atMs));
      this.#tickUntil(atMs);
    } catch (error) {
      const lines = this.#trace.map((step) => `${step.atMs}: ${JSON.stringify(step.input)}`);
      throw new Error(`${messageOf(error)}\nafter\n${lines.join('\n')}`, { cause: error });
    }
  }

  #tickUntil(untilMs: number): void {
    let ticks = 0;
    for (;;) {
      const dueMs = nextDeadlineMs(this.state);
      if (dueMs === null || dueMs > untilMs) return;
      assert.ok(Number.isInteger(dueMs), `a deadline of ${dueMs} ms`);
      ticks = dueMs > this.nowMs ? 0 : ticks + 1;
      assert.ok(ticks < MOST_TICKS, `ticks without end: ${JSON.stringify(this.state.deadlines)}`);
      this.nowMs = Math.max(this.nowMs, dueMs);
      this.#step({ type: 'tick' });
    }
  }

  /** Takes one input as it is. */
  step(input: Input, atMs: number): void {
    this.nowMs = atMs;
    this.#step(input);
  }

  #step(input: Input): void {
    this.#trace.push({ atMs: this.nowMs, input });
    const result = step(this.state, input, this.nowMs);
    freeze(result.state);
    this.observe(input, result, this.nowMs);
  }

  /** Checks a step that somebody else took: `result` is what the reducer made of the latest state and this input. */
  observe(input: Input, result: Step, atMs: number): void {
    const before = this.state;
    this.nowMs = atMs;
    this.state = result.state;
    if (input.type === 'start' && input.resumed && before.phase === 'new') this.#turn = input.resumed.turn;
    if ('model' in input && /done|failed/.test(input.type)) this.#models.delete(input.model);
    const isPrepared = 'model' in input && input.model === before.speculation?.model;
    if (isPrepared) {
      const told = [...result.events, ...result.effects].filter(({ type }) => type !== 'abort');
      assert.equal(told.length, 0, 'a prepared answer shows before its turn');
    }
    this.#checkEffects(result, before);
    for (const event of result.events) this.#checkEvent(event, before);
    this.#lookups.check(result, before, atMs);
    this.#checkEnd(result, before);
  }

  #checkEffects({ effects }: Step, before: State): void {
    assert.ok(!this.#isOver || effects.length === 0, 'effects after the end');
    for (const effect of effects) this.#checkEffect(effect, before);
  }

  #checkEffect(effect: Effect, before: State): void {
    switch (effect.type) {
      case 'think':
        if (this.#models.size > 0) {
          assert.equal(this.state.reply?.hedge?.model, effect.model, 'two models at once');
          assert.equal(this.#models.size, 1, 'three models at once');
        }
        if (effect.uncommitted !== undefined) {
          assert.equal(before.settings.speculates, true, 'an answer is prepared that nobody wants');
          const isBusy = this.state.tools.some(({ returned }) => !returned);
          assert.ok(!isBusy, 'an answer is prepared while a tool runs');
          assert.ok(this.state.speculated.started <= 3, 'too many answers are prepared');
        }
        this.#models.add(effect.model);
        if (effect.speaks) this.#checkSpeaks(effect.speaks);
        return;
      case 'truncate':
        assert.ok(Number.isInteger(effect.heardMs) && effect.heardMs >= 0, `heard for ${effect.heardMs} ms`);
        return;
      case 'abort':
        this.#models.delete(effect.model);
        return;
      case 'play':
        assert.ok(this.#reply === null || this.#reply.id === effect.reply, 'two replies at once');
        assert.ok(Number.isInteger(effect.fromMs) && effect.fromMs >= 0);
        this.#reply ??= { id: effect.reply, chunks: 0 };
        return;
      case 'say':
        assert.equal(effect.reply, this.#reply?.id, 'speech for a reply that does not play');
        assert.equal(effect.chunk, this.#reply?.chunks, 'chunks out of their order');
        assert.ok(
          hasWords(effect.text) && effect.text === effect.text.trim(),
          `to be said: "${effect.text}"`,
        );
        if (this.#reply) this.#reply.chunks++;
        return;
      case 'rewind':
        assert.equal(effect.reply, this.#reply?.id, 'speech said again for a reply that does not play');
        assert.ok(effect.chunk < (this.#reply?.chunks ?? 0), 'a chunk said again that was never said');
        assert.ok(Number.isInteger(effect.ms) && effect.ms >= 0);
        if (this.#reply) this.#reply.chunks = effect.ends ? effect.chunk + 1 : effect.chunk;
        return;
      case 'drop':
        assert.equal(effect.reply, this.#reply?.id, 'a reply dropped twice');
        this.#reply = null;
        return;
      case 'run_tool':
        assert.ok(!this.#tools.has(effect.call.id), 'a tool run twice');
        this.#tools.add(effect.call.id);
        return;
      case 'clear':
        assert.equal(before.socket, 'open', 'a clear for a socket that is gone');
        return;
      case 'finalize':
      case 'live':
      case 'close':
        return;
    }
  }

  #checkSpeaks({ reply, chunk }: { readonly reply: number; readonly chunk: number }): void {
    assert.equal(reply, this.#reply?.id, 'a model speaks for a reply that does not play');
    assert.equal(chunk, this.#reply?.chunks, 'chunks out of their order');
    if (this.#reply) this.#reply.chunks++;
  }

  #checkEvent(event: CallEvent, before: State): void {
    assert.ok(!this.#isOver, `${event.type} after the end`);
    eventDefinitions[event.type].writeSchema.parse(event.data);
    this.events.push(event);
    // Keys are recorded once they are complete, and what was looked up early with its turn.
    const isOfBefore = event.type === 'DtmfReceived' || event.type === 'KnowledgeRetrieved';
    if ('atMs' in event.data && !isOfBefore) assert.equal(event.data.atMs, this.nowMs);
    if ('turn' in event.data) this.#checkTurn(event, event.data.turn ?? 0);
    switch (event.type) {
      case 'AgentTurnStarted':
        assert.equal(this.#speaking, null, 'two answers are spoken at once');
        this.#speaking = event.data.turn;
        return;
      case 'AgentTurnComposed':
        assert.ok(!this.#composed.has(event.data.turn), 'an answer composed twice');
        this.#composed.add(event.data.turn);
        return;
      case 'SilencePrompted':
      case 'NoticeGiven':
        assert.ok(!this.#isPrompting, 'two prompts at once');
        this.#isPrompting = event.data.turn !== undefined;
        return;
      case 'PromptSpoken':
        assert.ok(this.#isPrompting, 'heard of no prompt');
        assert.ok((event.data.startedMs ?? 0) <= event.data.endedMs);
        this.#isPrompting = false;
        return this.#checkHeard(event.data.heardText, before);
      case 'GreetingSpoken':
        return this.#checkHeard(event.data.heardText, before);
      case 'AgentTurnSpoken':
        assert.equal(this.#speaking, event.data.turn, 'spoken without a start');
        assert.ok(!this.#spoken.has(event.data.turn), 'an answer spoken twice');
        assert.ok(event.data.startedMs <= event.data.endedMs);
        this.#speaking = null;
        this.#spoken.add(event.data.turn);
        return this.#checkHeard(event.data.heardText, before);
      default:
        return;
    }
  }

  #checkTurn({ type }: CallEvent, turn: number): void {
    const isNew = type === 'CallerTurnCommitted' || type === 'DtmfReceived';
    if (isNew) assert.equal(turn, ++this.#turn, 'a turn out of its order');
    else assert.ok(turn <= this.#turn, `${type} of a turn that is still to come`);
  }

  /** In order; a chunk that the voice failed at is left out. */
  #checkHeard(heard: string | null, { reply }: State): void {
    let at = 0;
    for (const word of heard?.match(/\S+/g) ?? []) {
      at = (reply?.text ?? '').indexOf(word, at);
      assert.ok(at >= 0, `heard "${heard}" of "${reply?.text}"`);
      at += word.length;
    }
  }

  #checkEnd({ state, effects, events }: Step, before: State): void {
    const closes = effects.filter(({ type }) => type === 'close').length;
    const ended = events.filter(isLeaving).length;
    if (state.phase !== 'ended') {
      assert.equal(closes + ended, 0);
      if (state.deadlines !== before.deadlines || state.phase !== before.phase)
        assert.ok(state.phase === 'new' || nextDeadlineMs(state) !== null, 'a call without a deadline');
      return;
    }
    assert.equal(nextDeadlineMs(state), null, 'a deadline after the end');
    assert.equal(closes, this.#isOver ? 0 : 1);
    assert.ok(ended <= closes);
    if (this.#isOver) assert.equal(state, before);
    else assert.equal(effects.at(-1)?.type, 'close');
    if (ended === 1) assert.ok(events.slice(-1).some(isLeaving), 'something after the end');
    if (ended === 1) assert.equal(this.#speaking, null, 'nobody knows what was heard');
    if (ended === 1) assert.ok(!this.#isPrompting, 'nobody knows what was heard of a prompt');
    assert.equal(this.#models.size, 0, 'a model goes on after the end');
    assert.equal(this.#reply, null, 'a reply goes on after the end');
    this.#isOver = true;
  }
}

/** The conversation's last event: the call is over, or a person's. */
const isLeaving = ({ type }: CallEvent): boolean => type === 'CallEnded' || type === 'TransferRequested';

/** A state that is changed in place throws. */
const freeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
  return value;
};
