import { randomUUID } from 'node:crypto';
import { msOf } from '../audio/mu-law.js';
import { messageOf } from '../domain/errors.js';
import { isCircuitOpen } from '../providers/resilience/breaker.js';
import { TookTooLong } from '../providers/resilience/took-too-long.js';
import { Playout, parseMark } from './playout.js';
import { type SpeechProgress, speak, type Voice } from './speech.js';
import type { Effect } from './turn-taking/effect.js';
import type { Take } from './turn-taking/input.js';

/** The carrier's end of a media stream. Nothing here throws; after `close` nothing is sent. */
export interface MediaLink {
  /** mu-law, 8 kHz, whole frames. */
  audio(bytes: Uint8Array): void;
  mark(name: string): void;
  clear(): void;
  /** `fencedBy`: why the stream may not go on. */
  close(fencedBy?: unknown): void;
}

type Say = Extract<Effect, { type: 'say' }>;
type Play = Extract<Effect, { type: 'play' }>;
type Rewind = Extract<Effect, { type: 'rewind' }>;

type ChunkPlace = Pick<Say, 'reply' | 'chunk'>;

/** A reply's speech as one voice makes it, piece by piece. */
interface Utterance {
  readonly id: string;
  readonly abort: AbortController;
  last: Promise<void>;
}

/** The agent's first choice, and its fallbacks. */
export type Voices = readonly [Voice, ...Voice[]];

/** The agent may still be heard for so long after its last frame was played: the line's delay. */
const LINE_DELAY_MS = 300;

/** The call's voice: makes speech, keeps it, and hands it to the carrier at the pace of its playout. */
export class Mouth {
  readonly #voices: Voices;
  readonly #link: MediaLink;
  readonly #take: Take;
  readonly #signal: AbortSignal;
  readonly #now: () => number;
  readonly #playout = new Playout();
  readonly #speech = new Map<number, Utterance>();
  #playingUntilMs = Number.NEGATIVE_INFINITY;

  /** `now`: on the call's clock. `signal` ends it. */
  constructor(voices: Voices, link: MediaLink, take: Take, now: () => number, signal: AbortSignal) {
    this.#voices = voices;
    this.#link = link;
    this.#take = take;
    this.#now = now;
    this.#signal = signal;
  }

  /** Whether the caller may be hearing the agent now. */
  get isHeard(): boolean {
    return this.#now() < this.#playingUntilMs + LINE_DELAY_MS;
  }

  /** When `pump` has something to do again; `null`: not until more speech is made. */
  get nextPumpMs(): number | null {
    return this.#playout.nextPumpMs(this.#now());
  }

  /** Opens the first choice's connection in advance. */
  warmUp(): void {
    const [{ provider, ...voice }] = this.#voices;
    void provider.warmUp?.(voice);
  }

  /** A reply's chunks are made one after the other: synthesis is faster than speech, and their order is kept. */
  say({ reply, chunk, text, rank }: Say): void {
    const utterance = this.#speech.get(reply) ?? newUtterance();
    const signal = AbortSignal.any([utterance.abort.signal, this.#signal]);
    const synthesize = () => this.#synthesize({ reply, chunk, text, rank }, utterance.id, signal);
    utterance.last = utterance.last.then(synthesize);
    this.#speech.set(reply, utterance);
  }

  /** Adds to a chunk's speech as it's made. */
  add({ reply, chunk }: ChunkPlace, { audio, ...progress }: SpeechProgress): void {
    const ms = this.#playout.append(reply, chunk, audio, progress.done);
    this.#take({ type: 'audio', reply, chunk, ms, ...progress });
    this.pump();
  }

  /** What was made of the chunk is all there is of it: the next one is played behind it. */
  close({ reply, chunk }: ChunkPlace): void {
    this.#playout.append(reply, chunk, new Uint8Array(0), true);
    this.pump();
  }

  play({ reply, generation, fromMs }: Play): void {
    this.#playout.play(reply, generation, fromMs);
    this.pump();
  }

  clear(): void {
    this.#playout.clear();
    this.#link.clear();
    this.#playingUntilMs = Math.min(this.#playingUntilMs, this.#now());
  }

  drop(reply: number): void {
    this.#speech.get(reply)?.abort.abort();
    this.#speech.delete(reply);
    this.#playout.drop(reply);
  }

  /** Stops making the reply's speech: from here on it's said again, or goes on with another chunk. */
  rewind({ reply, chunk, ms, late, ends }: Rewind): void {
    this.#speech.get(reply)?.abort.abort(late ? new TookTooLong() : undefined);
    this.#speech.delete(reply);
    this.#playout.rewind(reply, chunk, ms);
    if (ends) this.#playout.append(reply, chunk, new Uint8Array(0), true);
  }

  /** The carrier played up to a mark. */
  onMark(name: string): void {
    const point = parseMark(name);
    if (!point) return;
    this.#playout.onMark(point, this.#now());
    this.#take({ type: 'mark', ...point });
    this.pump();
  }

  /** Sends what the carrier should have by now. */
  pump(): void {
    if (this.#signal.aborted) return;
    const nowMs = this.#now();
    const pumped = this.#playout.pump(nowMs);
    if (!pumped) return;
    for (const item of pumped.outgoing) {
      if (item.type === 'mark') {
        this.#link.mark(item.name);
      } else {
        this.#link.audio(item.bytes);
        this.#playingUntilMs = Math.max(this.#playingUntilMs, nowMs) + msOf(item.bytes.length);
      }
    }
    this.#take({ type: 'sent', ...pumped.sent });
  }

  async #synthesize(
    { reply, chunk, text, rank }: Omit<Say, 'type'>,
    utterance: string,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return;
    // What another voice made of it.
    const keptMs = this.#playout.append(reply, chunk, new Uint8Array(0), false);
    const voice = this.#voices[rank] ?? this.#voices[0];
    try {
      for await (const { audio, ...progress } of speak(voice, { text, utterance }, signal)) {
        if (signal.aborted) return;
        this.add({ reply, chunk }, { audio, ...later(progress, keptMs) });
      }
    } catch (error) {
      if (signal.aborted) return;
      this.close({ reply, chunk });
      const circuitOpen = isCircuitOpen(error) && { circuitOpen: true };
      this.#take({ type: 'audio_failed', reply, chunk, error: messageOf(error), ...circuitOpen });
    }
  }
}

const newUtterance = (): Utterance => ({
  id: randomUUID(),
  abort: new AbortController(),
  last: Promise.resolve(),
});

/** A voice that goes on with a chunk counts from its own beginning. */
const later = <P extends Pick<SpeechProgress, 'words'>>(progress: P, byMs: number): P =>
  byMs === 0 || !progress.words
    ? progress
    : {
        ...progress,
        words: progress.words.map((word) => ({
          ...word,
          startMs: word.startMs + byMs,
          endMs: word.endMs + byMs,
        })),
      };
