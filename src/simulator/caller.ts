import { FRAME_MS } from '../audio/mu-law.js';
import { type CallerFrame, SILENT_FRAME } from './caller-audio.js';
import type { CallerStep, Cue } from './caller-steps.js';
import type { Span } from './voiced-spans.js';

/** What the caller hears of the agent. */
export interface Hearing {
  /** When the agent began to say what was heard after `sinceMs`; `null`: nothing yet. */
  answeredSince(sinceMs: number): number | null;
  /** 0 while the agent speaks, and in its pauses. */
  silentForMs(nowMs: number): number;
}

/** Something that the caller did. */
export interface CallerAct {
  /** From 0. */
  readonly step: number;
  readonly kind: 'speech' | 'keys';
  /** The words, the audio file's name, or the keys. */
  readonly text: string;
  /** Meant to talk over the agent. */
  readonly interrupts: boolean;
  /** When it was heard: speech from its first voice to its last, keys from the first to the last message. */
  readonly spans: readonly Span[];
}

/** The caller's next 20 ms. */
export interface CallerBeat {
  readonly frame: CallerFrame;
  /** The key whose message goes out with the frame. */
  readonly digit: string | null;
  readonly hangsUp: 'stop' | 'vanish' | null;
}

export type CallerTalk =
  | { readonly type: 'caller_started'; readonly text: string }
  | { readonly type: 'caller_stopped'; readonly text: string }
  | { readonly type: 'unanswered'; readonly step: number };

/** An agent that says nothing for so long doesn't answer. The caller goes on all the same. */
export const ANSWER_WITHIN_MS = 10_000;
/** Between two keys. */
const KEY_GAP_FRAMES = 5;

const SILENT: CallerBeat = { frame: SILENT_FRAME, digit: null, hangsUp: null };

/** Goes through a scenario's steps, 20 ms by 20 ms. It knows no clock but that of its beats. */
export class Caller {
  readonly #steps: readonly CallerStep[];
  readonly #hearing: Hearing;
  readonly #onTalk: (talk: CallerTalk, atMs: number) => void;
  readonly #acts: CallerAct[] = [];
  #at = 0;
  /** What is left of the present step, the next beat first. */
  #beats: CallerBeat[] = [];
  #playing: CallerAct | null = null;
  /** When the step before was over. */
  #stepSinceMs: number | null = null;
  /** When the caller last did something that wants an answer. */
  #actedAtMs = 0;
  #unanswered = 0;
  /** The caller waited in vain, and waits no more before it has done something again. */
  #gaveUp = false;

  constructor(
    steps: readonly CallerStep[],
    hearing: Hearing,
    onTalk: (talk: CallerTalk, atMs: number) => void,
  ) {
    this.#steps = steps;
    this.#hearing = hearing;
    this.#onTalk = onTalk;
  }

  get acts(): readonly CallerAct[] {
    return this.#acts;
  }

  /** Without the hanging up. */
  get steps(): number {
    return this.#steps.length - 1;
  }

  /** How many of them are over. */
  get stepsDone(): number {
    return Math.min(this.#at, this.steps);
  }

  /** How often the caller waited for the agent in vain. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** Whether the caller is speaking or pressing keys. */
  get isActing(): boolean {
    return this.#playing !== null;
  }

  /** What the caller does in the 20 ms that end at `nowMs`. */
  beat(nowMs: number): CallerBeat {
    if (this.#stepSinceMs === null) {
      this.#stepSinceMs = nowMs;
      this.#actedAtMs = nowMs;
    }
    const beat = this.#beats.shift();
    if (beat) {
      if (this.#beats.length === 0) this.#finish(nowMs);
      return beat;
    }
    return this.#begin(nowMs, this.#stepSinceMs);
  }

  #begin(nowMs: number, sinceMs: number): CallerBeat {
    const step = this.#steps[this.#at];
    if (!step) return SILENT;
    if (step.type === 'pause') {
      if (nowMs - sinceMs < step.ms) return SILENT;
      return this.#next(nowMs);
    }
    if (!this.#isCued(step.cue, nowMs, sinceMs)) return SILENT;
    switch (step.type) {
      case 'wait':
        return this.#next(nowMs);
      case 'hang_up':
        this.#at++;
        return { ...SILENT, hangsUp: step.vanishes ? 'vanish' : 'stop' };
      case 'speak':
        return this.#speak(step, nowMs);
      case 'press':
        return this.#press(step, nowMs);
    }
  }

  #isCued(cue: Cue, nowMs: number, sinceMs: number): boolean {
    if (cue.on === 'now') return true;
    const answeredMs = this.#hearing.answeredSince(this.#actedAtMs);
    if (answeredMs === null) {
      if (this.#gaveUp) return true;
      if (nowMs - sinceMs < ANSWER_WITHIN_MS) return false;
      this.#gaveUp = true;
      this.#unanswered++;
      this.#onTalk({ type: 'unanswered', step: this.#at }, nowMs);
      return true;
    }
    if (cue.on === 'speech') return nowMs - FRAME_MS >= answeredMs + cue.ms;
    return this.#hearing.silentForMs(nowMs) >= cue.ms;
  }

  #speak({ audio, text, interrupts }: CallerStep & { type: 'speak' }, nowMs: number): CallerBeat {
    this.#beats = audio.frames.map((frame) => ({ frame, digit: null, hangsUp: null }));
    const startMs = nowMs - FRAME_MS;
    const spans = audio.spans.map(({ fromMs, toMs }) => ({ fromMs: startMs + fromMs, toMs: startMs + toMs }));
    return this.#act({ step: this.#at, kind: 'speech', text, interrupts, spans }, nowMs);
  }

  #press({ digits, tones }: CallerStep & { type: 'press' }, nowMs: number): CallerBeat {
    const pause = Array.from({ length: KEY_GAP_FRAMES }, () => SILENT);
    // The carrier tells a key once its tone is over.
    this.#beats = [...digits].flatMap((digit, at) => [
      ...(tones[at]?.frames ?? []).map((frame) => ({ ...SILENT, frame })),
      { ...SILENT, digit },
      ...(at < digits.length - 1 ? pause : []),
    ]);
    const span = { fromMs: nowMs - FRAME_MS, toMs: nowMs + (this.#beats.length - 1) * FRAME_MS };
    return this.#act({ step: this.#at, kind: 'keys', text: digits, interrupts: false, spans: [span] }, nowMs);
  }

  #act(act: CallerAct, nowMs: number): CallerBeat {
    this.#playing = act;
    this.#acts.push(act);
    this.#onTalk({ type: 'caller_started', text: act.text }, nowMs - FRAME_MS);
    return this.beat(nowMs);
  }

  #finish(nowMs: number): void {
    this.#onTalk({ type: 'caller_stopped', text: this.#playing?.text ?? '' }, nowMs);
    // An answer may begin in the silence at the audio's end.
    this.#actedAtMs = this.#playing?.spans.at(-1)?.toMs ?? nowMs;
    this.#playing = null;
    this.#gaveUp = false;
    this.#at++;
    this.#stepSinceMs = nowMs;
  }

  /** A step that takes no time of its own: the one after it may begin with this very beat. */
  #next(nowMs: number): CallerBeat {
    this.#at++;
    this.#stepSinceMs = nowMs;
    return this.beat(nowMs);
  }
}
