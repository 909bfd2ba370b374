import type { Input, Listener, TurnSignal } from '../../../src/voice/turn-taking/input.js';
import { type Outage, outageAt } from './outage.js';
import type { VirtualClock } from './virtual-clock.js';

export interface EarScript {
  /** A final after `finalize`; `null`: it never comes. */
  readonly finalAfterMs: number | null;
  /** The agent's first choice, and its fallbacks. */
  readonly listeners: readonly [Listener, ...Listener[]];
  readonly outages: readonly Outage[];
}

/** What the caller says in one go, as far as it isn't final. */
export class Utterance {
  readonly words: string[] = [];

  get text(): string {
    return this.words.join(' ');
  }
}

/** As in the session's ear. */
const OPEN_AGAIN_MIN_MS = 250;
const OPEN_AGAIN_MAX_MS = 4_000;
const COUNT_EVERY_MS = 2_500;
const SILENT_FOR_MS = 3_000;
const WORDS_MS = 600;
const UNANSWERED_STOPS = 2;

const CONNECT_MS = 20;

interface Final {
  readonly text: string;
  readonly callOff: () => void;
}

/**
 * A call's speech-to-text by a script: as the session's ear it opens the next stream when one fails, and that one hears
 * again what isn't final.
 */
export class VirtualEar {
  readonly #clock: VirtualClock;
  readonly #script: EarScript;
  readonly #take: (input: Input) => void;
  /** Said to the end, and nobody asked for its final. */
  #said: Utterance[] = [];
  #saying: Utterance | null = null;
  /** Finals under way, and those that were asked of a stream which doesn't give them. */
  #coming: Final[] = [];
  #owed: string[] = [];
  #confidence = 0.9;
  #isOpen = true;
  #isOver = false;
  #rank = 0;
  #failed = 0;
  #countedMs = Number.NEGATIVE_INFINITY;
  #voicedMs = 0;
  #settledAtMs = 0;
  #unanswered = 0;
  #callOffAnswer = () => {};
  #waitMs = OPEN_AGAIN_MIN_MS;

  constructor(clock: VirtualClock, script: EarScript, take: (input: Input) => void) {
    this.#clock = clock;
    this.#script = script;
    this.#take = take;
  }

  /** The session begins to listen. */
  listen(): void {
    for (const { fromMs, toMs, rank, how } of this.#script.outages) {
      const isOfIt = () => !this.#isOver && this.#isOpen && (rank === null || rank === this.#rank);
      // A breaker that opens leaves the stream that is open.
      if (how === 'fails') this.#later(fromMs, () => isOfIt() && this.#fail('connection lost'));
      else if (how === 'hangs') this.#later(toMs, () => isOfIt() && this.#catchUp());
    }
    this.#open();
  }

  close(): void {
    this.#isOver = true;
    this.#callOffAnswer();
  }

  /** How sure it is of what it makes final from now on. */
  set confidence(confidence: number) {
    this.#confidence = confidence;
  }

  hearWord(utterance: Utterance, word: string): void {
    utterance.words.push(word);
    this.#saying = utterance;
    this.#tellInterim(utterance.text);
  }

  /** The voice has stopped that it was said with. */
  hearEnd(utterance: Utterance): void {
    if (this.#saying === utterance) this.#saying = null;
    if (utterance.words.length > 0) this.#said.push(utterance);
  }

  /** Words or not. */
  hearVoice(ms: number): void {
    this.#voicedMs += ms;
  }

  /** Final at once, though nobody asked for it. */
  hearFinal(text: string, confidence: number): void {
    // Behind those that are still to come: finals keep their order.
    if (this.#coming.length > 0) return this.#promise(text);
    if (!this.#isDeaf) return this.#answer({ type: 'transcript', text, final: true, confidence });
    const utterance = new Utterance();
    utterance.words.push(text);
    this.#said.push(utterance);
  }

  /** One that decides turns says that this was probably all, and once it's sure, the final. */
  sayProbablyEnded({ text }: Utterance): void {
    if (this.#listener.decidesTurns) this.#tellInterim(text, 'probably_ended');
  }

  sayEnded(utterance: Utterance): void {
    if (!this.#listener.decidesTurns || this.#isDeaf || !this.#said.includes(utterance)) return;
    this.#said = this.#said.filter((other) => other !== utterance);
    const { text } = utterance;
    this.#answer({ type: 'transcript', text, final: true, confidence: 0.9, turn: 'ended' });
  }

  finalize(): void {
    const text = [...this.#said, ...(this.#saying ? [this.#saying] : [])].map(({ text }) => text).join(' ');
    // What is made final in the middle of it isn't said again.
    this.#saying?.words.splice(0);
    this.#said = [];
    this.#saying = null;
    if (this.#isDeaf) this.#owed.push(text);
    else this.#promise(text.trim());
    this.#awaitAnswer();
  }

  #later(atMs: number, run: () => void): void {
    if (atMs > this.#clock.nowMs) this.#clock.at(atMs, run);
  }

  get #listener(): Listener {
    const { listeners } = this.#script;
    return listeners[this.#rank] ?? listeners[0];
  }

  get #outage(): Outage | undefined {
    return outageAt(this.#script.outages, this.#rank, this.#clock.nowMs);
  }

  get #isDeaf(): boolean {
    return !this.#isOpen || this.#outage?.how === 'hangs';
  }

  #tellInterim(text: string, turn?: TurnSignal): void {
    if (this.#isDeaf || !this.#listener.interims) return;
    this.#answer({ type: 'transcript', text, final: false, confidence: null, ...(turn && { turn }) });
  }

  /** A final comes after a while, unless the stream fails before. */
  #promise(text: string, turn?: TurnSignal): void {
    const { finalAfterMs } = this.#script;
    if (finalAfterMs === null) return;
    const confidence = this.#confidence;
    const callOff = this.#clock.at(this.#clock.nowMs + finalAfterMs, () => {
      this.#coming = this.#coming.filter((other) => other !== final);
      if (this.#isDeaf) this.#owed.push(text);
      else this.#answer({ type: 'transcript', text, final: true, confidence, ...(turn && { turn }) });
    });
    const final = { text, callOff };
    this.#coming.push(final);
  }

  #answer(transcript: Extract<Input, { type: 'transcript' }>): void {
    this.#callOffAnswer();
    this.#waitMs = OPEN_AGAIN_MIN_MS;
    this.#failed = 0;
    this.#unanswered = 0;
    if (transcript.final) this.#voicedMs = 0;
    if (transcript.final) this.#settledAtMs = this.#clock.nowMs;
    this.#take(transcript);
  }

  /** A provider that gives not one word at two stops hangs. */
  #awaitAnswer(): void {
    this.#callOffAnswer();
    if (this.#voicedMs < WORDS_MS) return;
    const withinMs = this.#listener.finalWithinMs + SILENT_FOR_MS;
    this.#callOffAnswer = this.#clock.at(this.#clock.nowMs + withinMs, () => {
      if (++this.#unanswered >= UNANSWERED_STOPS && this.#isOpen) this.#fail('deadline');
    });
  }

  #open(): void {
    if (this.#isOver) return;
    const outage = this.#outage;
    this.#isOpen = outage === undefined || outage.how === 'hangs';
    if (this.#isOpen) return this.#hearAgain();
    const circuitOpen = outage?.how === 'circuit_open';
    const connectMs = circuitOpen ? 0 : CONNECT_MS;
    this.#clock.at(this.#clock.nowMs + connectMs, () => this.#fail('cannot connect', circuitOpen));
  }

  /** A new stream gets what isn't final yet, with the last stop in it: that's one text. */
  #hearAgain(): void {
    if (this.#isDeaf) return;
    const text = [...this.#owed, ...this.#said.map((said) => said.text)].join(' ').trim();
    this.#owed = [text];
    this.#said = [];
    const ms = this.#clock.nowMs - this.#settledAtMs;
    if (text !== '' || this.#saying) this.#take({ type: 'heard_again', ms });
    this.#catchUp();
  }

  /** The stream says what it hasn't: a final for each time that it was asked for one. */
  #catchUp(): void {
    if (this.#isDeaf) return;
    const said = this.#said.map(({ text }) => text).join(' ');
    const finals = [...this.#owed, said].filter((text) => text !== '');
    const isEnded = this.#saying === null && this.#listener.decidesTurns === true;
    this.#owed = [];
    this.#said = [];
    for (const text of finals) this.#promise(text.trim(), isEnded ? 'ended' : undefined);
    if (this.#saying) this.#tellInterim(this.#saying.text);
  }

  #fail(error: string, isCircuitOpen = false): void {
    if (this.#isOver) return;
    const { listeners } = this.#script;
    this.#isOpen = false;
    this.#callOffAnswer();
    this.#unanswered = 0;
    this.#takeBackFinals();
    this.#failed++;
    const isExhausted = this.#failed % listeners.length === 0;
    const exhausted = isExhausted && this.#isCounted();
    this.#rank = (this.#rank + 1) % listeners.length;
    const failed: Input = {
      type: 'speech_to_text_failed',
      error,
      ...(isCircuitOpen && { circuitOpen: true }),
    };
    if (listeners.length > 1) this.#take({ ...failed, next: this.#listener, exhausted });
    else if (exhausted) this.#take(failed);
    if (!isExhausted) return this.#open();
    this.#clock.at(this.#clock.nowMs + this.#waitMs, () => this.#open());
    this.#waitMs = Math.min(this.#waitMs * 2, OPEN_AGAIN_MAX_MS);
  }

  #takeBackFinals(): void {
    for (const { callOff, text } of this.#coming) {
      callOff();
      this.#owed.push(text);
    }
    this.#coming = [];
  }

  #isCounted(): boolean {
    const { nowMs } = this.#clock;
    if (nowMs - this.#countedMs < COUNT_EVERY_MS) return false;
    this.#countedMs = nowMs;
    return true;
  }
}
