import type { CallEvent } from '../../../src/domain/call/events.js';
import type { Effect } from '../../../src/voice/turn-taking/effect.js';
import { heardText } from '../../../src/voice/turn-taking/heard.js';
import type { Input, Resumed } from '../../../src/voice/turn-taking/input.js';
import { NEWEST_RULES } from '../../../src/voice/turn-taking/rules.js';
import {
  type ConversationSettings,
  initialState,
  nextDeadlineMs,
  type State,
  type ToldSettings,
} from '../../../src/voice/turn-taking/state.js';
import { type Step, step } from '../../../src/voice/turn-taking/step.js';
import { VirtualCarrier } from './virtual-carrier.js';
import { VirtualClock } from './virtual-clock.js';
import { type ModelScript, VirtualModel } from './virtual-model.js';
import { type SpeechScript, VirtualMouth } from './virtual-mouth.js';
import { type RetrievalScript, VirtualRetriever } from './virtual-retriever.js';

export interface ConversationOptions {
  readonly settings?: Partial<ConversationSettings>;
  readonly model?: ModelScript;
  /** What the tenant's documents have, where `retrieves` is set. */
  readonly documents?: RetrievalScript;
  /** The synthesis of the n-th chunk, where it isn't as usual. `rank`: 0 is the agent's first choice. */
  readonly speech?: (said: number, rank: number) => Partial<SpeechScript>;
  /** The speech-to-text's final after `finalize`; `null`: it never comes. */
  readonly finalAfterMs?: number | null;
  /** How long a tool takes; 0: its result is the very next input. */
  readonly toolMs?: number;
  /** The line's, each way; asked for each message. */
  readonly latencyMs?: number | (() => number);
  /** Sees every step. */
  readonly onStep?: (input: Input, result: Step, atMs: number) => void;
}

/** The detector tells a stop so long after it. */
const HANGOVER_MS = 300;
const PAUSE_MS = 80;
const ONSET_MS = 120;

const usualSettings: ToldSettings = {
  rules: NEWEST_RULES,
  attempt: 1,
  language: 'en',
  greeting: '',
  silenceTimeoutMs: 20_000,
  maxDurationMs: 1_800_000,
  answeredAtMs: 0,
  finalWithinMs: 500,
  interims: true,
  providers: { speech_to_text: 'sandbox', language_model: 'sandbox', text_to_speech: 'sandbox' },
};

const usualSpeech: SpeechScript = { firstByteMs: 60, pieces: 1, everyMs: 0, edgesMs: 0, ends: 'done' };

/** A whole call under a virtual clock: the reducer and the playout are real; caller, carrier and providers are scripted. */
export class Conversation {
  readonly clock = new VirtualClock();
  readonly carrier: VirtualCarrier;
  readonly mouth: VirtualMouth;
  readonly inputs: { readonly input: Input; readonly takenAtMs: number }[] = [];
  /** `replyId`: the reply that was under way. */
  readonly events: (CallEvent & { readonly recordedAtMs: number; readonly replyId: number | null })[] = [];
  readonly effects: (Effect & { readonly atMs: number })[] = [];
  state: State;
  readonly #options: ConversationOptions;
  readonly #model: VirtualModel;
  readonly #retriever: VirtualRetriever;
  readonly #inbox: Input[] = [];
  #isTaking = false;
  /** What the speech-to-text knows and hasn't made final. */
  #said: string[] = [];
  #saying = '';
  #finalizing = () => {};
  #isGone = false;
  #confidence = 0.9;
  #callOffTick = () => {};

  constructor(options: ConversationOptions = {}) {
    const { model = () => [{ afterMs: 200, text: 'All right.' }], speech, latencyMs = 0 } = options;
    const take = (input: Input) => this.input(input);
    this.#options = options;
    this.state = initialState({ ...usualSettings, ...options.settings });
    const latency = typeof latencyMs === 'number' ? () => latencyMs : latencyMs;
    this.carrier = new VirtualCarrier(this.clock, latency, (name) => this.mouth.onMark(name));
    this.mouth = new VirtualMouth(
      this.clock,
      this.carrier,
      (said, rank) => ({ ...usualSpeech, ...speech?.(said, rank) }),
      take,
    );
    this.#model = new VirtualModel(this.clock, model, take, this.mouth);
    const { documents = () => ({ afterMs: 40, found: 2 }) } = options;
    this.#retriever = new VirtualRetriever(this.clock, documents, take);
  }

  start(resumed: Resumed | null = null): this {
    this.input({ type: 'start', resumed });
    return this;
  }

  /** The caller says it from a time on, at `msAWord` a word, with interims as it goes. */
  says(atMs: number, text: string, { msAWord = 300, confidence = 0.9 } = {}): this {
    const words = text.split(' ');
    const endMs = atMs + Math.round(words.length * msAWord);
    this.#caller(atMs + ONSET_MS, () => this.input({ type: 'voice', on: true, atMs }));
    // What was made final in the middle of it isn't said again.
    let from = 0;
    for (const [index] of words.entries()) {
      this.#caller(atMs + (index + 1) * msAWord + 60, () => {
        const interim = words.slice(from, index + 1).join(' ');
        this.#saying = interim;
        this.#finalizing = () => {
          from = index + 1;
        };
        this.input({ type: 'transcript', text: interim, final: false, confidence: null });
      });
    }
    this.#caller(endMs + HANGOVER_MS - 1, () => {
      this.#saying = '';
      this.#finalizing = () => {};
      if (from < words.length) this.#said.push(words.slice(from).join(' '));
    });
    this.#stops(endMs);
    if (this.state.settings.turnDetection === 'provider')
      this.#decides(endMs, () => words.slice(from).join(' '));
    this.#confidence = confidence;
    return this;
  }

  /** The speech-to-text says so itself: a while after the last word. */
  #decides(endMs: number, rest: () => string): void {
    const { finalAfterMs = 100 } = this.#options;
    this.#caller(endMs + HANGOVER_MS - 50, () =>
      this.input({
        type: 'transcript',
        text: rest(),
        final: false,
        confidence: null,
        turn: 'probably_ended',
      }),
    );
    if (finalAfterMs === null) return;
    this.#caller(endMs + HANGOVER_MS + finalAfterMs, () => {
      const text = rest();
      if (!this.#said.includes(text)) return;
      this.#said = this.#said.filter((other) => other !== text);
      this.input({ type: 'transcript', text, final: true, confidence: 0.9, turn: 'ended' });
    });
  }

  /** The caller's audio comes together, again and again. */
  fillsBuffers(everyMs: number, untilMs: number): this {
    for (let atMs = everyMs; atMs <= untilMs; atMs += everyMs) {
      this.#caller(atMs, () => this.input({ type: 'buffer_full' }));
    }
    return this;
  }

  /** Voice without a word. */
  makesNoise(atMs: number, ms: number): this {
    this.#caller(atMs + ONSET_MS, () => this.input({ type: 'voice', on: true, atMs }));
    this.#stops(atMs + ms);
    return this;
  }

  #stops(atMs: number): void {
    this.#caller(atMs + PAUSE_MS, () => this.input({ type: 'voice_pause', paused: true, atMs }));
    this.#caller(atMs + HANGOVER_MS, () => this.input({ type: 'voice', on: false, atMs }));
  }

  /** Words that voice activity doesn't notice. */
  mumbles(atMs: number, text: string): this {
    this.#caller(atMs, () => this.input({ type: 'transcript', text, final: true, confidence: 0.4 }));
    return this;
  }

  presses(atMs: number, digit: string): this {
    this.#caller(atMs, () => this.input({ type: 'key', digit }));
    return this;
  }

  /** The agent's latest words come back for a second, where it's talking then. */
  echoes(atMs: number): this {
    this.#caller(atMs, () => {
      const heard = heardText(this.state.reply?.chunks ?? [], this.state.reply?.playedMs ?? 0);
      const text = heard.split(' ').slice(-4).join(' ');
      if (text !== '') this.says(atMs, text, { msAWord: Math.round(1_000 / text.split(' ').length) });
    });
    return this;
  }

  /** The line ends: with the carrier's `stop`, or the socket just closes. */
  hangsUp(atMs: number, state: 'stop' | 'closed' = 'stop'): this {
    this.clock.at(atMs, () => {
      this.#isGone = true;
      this.carrier.hangUp();
      this.input({ type: 'socket', state });
    });
    return this;
  }

  at(atMs: number, input: Input): this {
    this.clock.at(atMs, () => this.input(input));
    return this;
  }

  runUntil(untilMs: number): this {
    this.clock.runUntil(untilMs);
    return this;
  }

  /** The events of a type, in order. */
  of<T extends CallEvent['type']>(type: T): Extract<CallEvent, { type: T }>['data'][] {
    return this.events.filter((event) => event.type === type).map(({ data }) => data as never);
  }

  /** As the session takes them: one after the other; an effect's own input waits until its step is done. */
  input(input: Input): void {
    this.#inbox.push(input);
    if (this.#isTaking) return;
    this.#isTaking = true;
    for (;;) {
      const next = this.#inbox.shift() ?? this.#tick();
      if (!next) break;
      this.#take(next);
    }
    this.#isTaking = false;
    this.#schedule();
  }

  #take(input: Input): void {
    const { nowMs } = this.clock;
    this.inputs.push({ input, takenAtMs: nowMs });
    const replyId = this.state.reply?.id ?? null;
    const result = step(this.state, input, nowMs);
    this.state = result.state;
    this.#options.onStep?.(input, result, nowMs);
    for (const event of result.events) this.events.push({ ...event, recordedAtMs: nowMs, replyId });
    for (const effect of result.effects) this.#do(effect);
  }

  /** Who has hung up does nothing more. */
  #caller(atMs: number, run: () => void): void {
    this.clock.at(atMs, () => {
      if (!this.#isGone) run();
    });
  }

  #tick(): Input | undefined {
    const dueMs = nextDeadlineMs(this.state);
    return dueMs !== null && dueMs <= this.clock.nowMs ? { type: 'tick' } : undefined;
  }

  #schedule(): void {
    this.#callOffTick();
    const dueMs = nextDeadlineMs(this.state);
    if (dueMs !== null) this.#callOffTick = this.clock.at(dueMs, () => this.input({ type: 'tick' }));
  }

  #do(effect: Effect): void {
    this.effects.push({ ...effect, atMs: this.clock.nowMs });
    switch (effect.type) {
      case 'clear':
        return this.mouth.clear();
      case 'play':
        return this.mouth.play(effect);
      case 'drop':
        return this.mouth.drop(effect.reply);
      case 'say':
        return this.mouth.say(effect);
      case 'rewind':
        return this.mouth.rewind(effect);
      case 'retrieve':
        return this.#retriever.retrieve(effect);
      case 'forget':
        return this.#retriever.forget(effect.retrieval);
      case 'think':
        return this.#model.think(effect);
      case 'abort':
        return this.#model.abort(effect.model);
      case 'finalize':
        return this.#finalize();
      case 'run_tool':
        return this.#runTool(effect.call);
      case 'truncate':
      case 'live':
      case 'close':
        return;
    }
  }

  #runTool({ id, name }: { id: string; name: string }): void {
    const { toolMs = 5 } = this.#options;
    const result: Input = {
      type: 'tool_result',
      id,
      ok: true,
      result: 'done',
      endsCall: name === 'end_call',
    };
    if (toolMs === 0) this.input(result);
    else this.clock.at(this.clock.nowMs + toolMs, () => this.input(result));
  }

  #finalize(): void {
    const { finalAfterMs = 100 } = this.#options;
    const text = [...this.#said, this.#saying].join(' ').trim();
    this.#said = [];
    this.#saying = '';
    this.#finalizing();
    if (finalAfterMs === null) return;
    const confidence = this.#confidence;
    this.clock.at(this.clock.nowMs + finalAfterMs, () =>
      this.input({ type: 'transcript', text, final: true, confidence }),
    );
  }
}
