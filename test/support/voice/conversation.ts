import type { CallEvent } from '../../../src/domain/call/events.js';
import type { Effect } from '../../../src/voice/turn-taking/effect.js';
import { heardText } from '../../../src/voice/turn-taking/heard.js';
import type { Input, Listener, Resumed } from '../../../src/voice/turn-taking/input.js';
import { NEWEST_RULES } from '../../../src/voice/turn-taking/rules.js';
import {
  type ConversationSettings,
  initialState,
  nextDeadlineMs,
  type State,
  type ToldSettings,
} from '../../../src/voice/turn-taking/state.js';
import { type Step, step } from '../../../src/voice/turn-taking/step.js';
import { CallersLine, HANGOVER_MS, type HeardRun, type Stretch } from './callers-line.js';
import { VirtualCarrier } from './virtual-carrier.js';
import { VirtualClock } from './virtual-clock.js';
import { type EarScript, Utterance, VirtualEar } from './virtual-ear.js';
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
  /** The speech-to-text, where it isn't as usual. */
  readonly ear?: Partial<Omit<EarScript, 'finalAfterMs'>>;
  /** Its final after `finalize`; `null`: it never comes. */
  readonly finalAfterMs?: number | null;
  /** Where the caller's media don't all come. */
  readonly line?: CallersLine;
  /** How long a tool takes; 0: its result is the very next input. */
  readonly toolMs?: number;
  /** The line's, each way; asked for each message. */
  readonly latencyMs?: number | (() => number);
  /** Sees every step. */
  readonly onStep?: (input: Input, result: Step, atMs: number) => void;
}

/** Where the tool `transfer_call` puts the caller through to. */
export const TRANSFER_TO = '+14155550199';

/** The detector tells so long after it that voice isn't heard just now. */
const PAUSE_MS = 80;
/** A word is told so long after its end. */
const WORD_MS = 60;

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

/** Turns are decided by it where the settings say so. */
const usualListener: Listener = {
  provider: 'sandbox',
  finalWithinMs: 500,
  interims: true,
  decidesTurns: true,
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
  /** As the settings make it. */
  readonly initial: State;
  state: State;
  readonly #options: ConversationOptions;
  readonly #model: VirtualModel;
  readonly #retriever: VirtualRetriever;
  readonly #ear: VirtualEar;
  readonly line: CallersLine;
  readonly #inbox: Input[] = [];
  #isTaking = false;
  #isGone = false;
  #callOffTick = () => {};
  /** `null`: none is scheduled. */
  #tickAtMs: number | null = null;
  #deadlines: State['deadlines'] | null = null;
  #nextDueMs: number | null = null;

  constructor(options: ConversationOptions = {}) {
    const { model = () => [{ afterMs: 200, text: 'All right.' }], speech, latencyMs = 0 } = options;
    const take = (input: Input) => this.input(input);
    this.#options = options;
    this.initial = initialState({ ...usualSettings, ...options.settings });
    this.state = this.initial;
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
    const { ear, finalAfterMs = 100, line = new CallersLine() } = options;
    const script = { listeners: [usualListener] as const, outages: [], ...ear, finalAfterMs };
    this.#ear = new VirtualEar(this.clock, script, take);
    this.line = line;
  }

  start(resumed: Resumed | null = null): this {
    this.#watchMedia();
    this.#ear.listen();
    this.input({ type: 'start', resumed });
    return this;
  }

  /** The caller says it from a time on, at `msAWord` a word, with interims as it goes. */
  says(atMs: number, text: string, { msAWord = 300, confidence = 0.9 } = {}): this {
    const words = text.split(' ').map((word, index) => ({
      word,
      fromMs: atMs + index * msAWord,
      toMs: atMs + (index + 1) * msAWord,
    }));
    this.#ear.confidence = confidence;
    for (const run of this.line.runs(atMs, atMs + Math.round(words.length * msAWord))) {
      const utterance = new Utterance();
      this.#caller(run.onAtMs, () => this.input({ type: 'voice', on: true, atMs: run.fromMs }));
      for (const spoken of words) {
        const heardAtMs = this.#understoodAtMs(spoken, run);
        if (heardAtMs !== null) this.#caller(heardAtMs, () => this.#ear.hearWord(utterance, spoken.word));
      }
      this.#caller(run.offAtMs - 1, () => this.#ear.hearEnd(utterance));
      this.#stops(run);
      if (this.state.settings.turnDetection === 'provider') this.#decides(run, utterance);
    }
    return this;
  }

  /** When the speech-to-text has a word of a run; `null`: less than half of it came. */
  #understoodAtMs({ fromMs, toMs }: Stretch, run: HeardRun): number | null {
    if (toMs <= run.fromMs || fromMs >= run.toMs) return null;
    const pieces = this.line.pieces(Math.max(fromMs, run.fromMs), Math.min(toMs, run.toMs));
    const cameMs = pieces.reduce((sum, piece) => sum + piece.toMs - piece.fromMs, 0);
    return 2 * cameMs > toMs - fromMs ? (pieces.at(-1)?.toMs ?? toMs) + WORD_MS : null;
  }

  #stops(run: HeardRun): void {
    const pausesAtMs = run.offAtMs - HANGOVER_MS + PAUSE_MS;
    this.#caller(pausesAtMs, () => this.input({ type: 'voice_pause', paused: true, atMs: run.toMs }));
    this.#caller(run.offAtMs, () => {
      this.#ear.hearVoice(run.toMs - run.fromMs);
      this.input({ type: 'voice', on: false, atMs: run.toMs });
    });
  }

  /** The speech-to-text says so itself: a while after the last word. */
  #decides({ toMs }: HeardRun, utterance: Utterance): void {
    const { finalAfterMs = 100 } = this.#options;
    const probablyMs = this.line.arrivesAtMs(toMs + HANGOVER_MS - 50);
    this.#caller(probablyMs, () => this.#ear.sayProbablyEnded(utterance));
    if (finalAfterMs === null) return;
    const surelyMs = this.line.arrivesAtMs(toMs + HANGOVER_MS) + finalAfterMs;
    this.#caller(surelyMs, () => this.#ear.sayEnded(utterance));
  }

  /** The caller's audio comes together, again and again. */
  fillsBuffers(everyMs: number, untilMs: number): this {
    const { line, clock } = this;
    // What a gap lacks is there at its end, at once.
    let atMs = line.arrivesAtMs(clock.nowMs + everyMs);
    for (; atMs <= untilMs; atMs = line.arrivesAtMs(atMs + everyMs)) {
      this.#caller(atMs, () => this.input({ type: 'buffer_full' }));
    }
    return this;
  }

  /** Voice without a word. */
  makesNoise(atMs: number, ms: number): this {
    for (const run of this.line.runs(atMs, atMs + ms)) {
      this.#caller(run.onAtMs, () => this.input({ type: 'voice', on: true, atMs: run.fromMs }));
      this.#stops(run);
    }
    return this;
  }

  /** The session sees that no media come, and that they come again, as long as there is a socket. */
  #watchMedia(): void {
    const { line, clock } = this;
    for (const gap of line.gaps) {
      const ifSilentAt = (atMs: number, input: Input) =>
        clock.at(atMs, () => {
          if (atMs < gap.toMs && !this.#isGone) this.input(input);
        });
      ifSilentAt(line.stalledAtMs(gap), { type: 'media', flows: false });
      ifSilentAt(line.goneAtMs(gap), { type: 'socket', state: 'stop' });
      this.#caller(gap.toMs, () => {
        if (this.state.stalled) this.input({ type: 'media', flows: true });
      });
    }
  }

  /** Words that voice activity doesn't notice. */
  mumbles(atMs: number, text: string): this {
    if (!this.line.isLostAt(atMs)) this.#caller(atMs, () => this.#ear.hearFinal(text, 0.4));
    return this;
  }

  presses(atMs: number, digit: string): this {
    if (!this.line.isLostAt(atMs)) this.#caller(atMs, () => this.input({ type: 'key', digit }));
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
    const dueMs = this.#dueMs();
    return dueMs !== null && dueMs <= this.clock.nowMs ? { type: 'tick' } : undefined;
  }

  /** Most steps leave the deadlines as they are. */
  #dueMs(): number | null {
    const { deadlines } = this.state;
    if (deadlines !== this.#deadlines) {
      this.#deadlines = deadlines;
      this.#nextDueMs = nextDeadlineMs(this.state);
    }
    return this.#nextDueMs;
  }

  #schedule(): void {
    const dueMs = this.#dueMs();
    if (dueMs === this.#tickAtMs) return;
    this.#callOffTick();
    this.#tickAtMs = dueMs;
    if (dueMs === null) return;
    this.#callOffTick = this.clock.at(dueMs, () => {
      this.#tickAtMs = null;
      this.input({ type: 'tick' });
    });
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
        return this.#ear.finalize();
      case 'run_tool':
        return this.#runTool(effect.call);
      case 'close':
        return this.#ear.close();
      case 'truncate':
      case 'live':
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
      ...(name === 'transfer_call' && { transferTo: TRANSFER_TO }),
    };
    if (toolMs === 0) this.input(result);
    else this.clock.at(this.clock.nowMs + toolMs, () => this.input(result));
  }
}
