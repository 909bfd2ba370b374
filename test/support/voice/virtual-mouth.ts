import type { TimedWord } from '../../../src/providers/text-to-speech.js';
import { Playout, type PlayoutPoint, parseMark } from '../../../src/voice/playout.js';
import type { Effect } from '../../../src/voice/turn-taking/effect.js';
import type { Input } from '../../../src/voice/turn-taking/input.js';
import { type MadeSpeech, MS_A_CHARACTER, timedWordsOf } from './made-speech.js';
import type { HeardPiece, VirtualCarrier } from './virtual-carrier.js';
import type { VirtualClock } from './virtual-clock.js';

/** How the n-th chunk of a call is made. */
export interface SpeechScript {
  readonly firstByteMs: number;
  /** So many pieces, so far apart. */
  readonly pieces: number;
  readonly everyMs: number;
  /** Silence at both ends. */
  readonly edgesMs: number;
  /** After half of its pieces it may fail or hang. */
  readonly ends: 'done' | 'fails' | 'hangs';
  /** It fails since it failed in other calls. */
  readonly circuitOpen?: boolean;
  /** Whether it tells when each word is said. */
  readonly timesWords?: boolean;
}

type Say = Extract<Effect, { type: 'say' }>;
type Play = Extract<Effect, { type: 'play' }>;
type Rewind = Extract<Effect, { type: 'rewind' }>;

const BYTES_A_MS = 8;

/** Nobody listens, and nobody writes to it: all speech is of the same bytes. */
let sound = new Uint8Array(0);

const soundOf = (ms: number): Uint8Array => {
  const length = ms * BYTES_A_MS;
  if (sound.length < length) sound = new Uint8Array(2 * length);
  return sound.subarray(0, length);
};

/** The agent's voice as the session drives it: a reply's chunks are made one after the other, and played by the real `Playout`. */
export class VirtualMouth {
  readonly #clock: VirtualClock;
  readonly #carrier: VirtualCarrier;
  readonly #script: (said: number, rank: number) => SpeechScript;
  readonly #take: (input: Input) => void;
  readonly #playout = new Playout();
  #said = 0;
  /** By reply: the chunks that wait for their turn, the first of them under way. `undefined`: dropped. */
  readonly #waiting = new Map<number, Say[]>();
  readonly #replyOf = new Map<number, number>();
  readonly #played: { readonly reply: number; readonly positionMs: number; readonly piece: HeardPiece }[] =
    [];
  /** By reply, in the order in which it was made. */
  readonly #made = new Map<number, MadeSpeech[]>();
  #callOffPump = () => {};
  /** Counts the rewinds: what was made before one isn't made after it. */
  #making = 0;

  constructor(
    clock: VirtualClock,
    carrier: VirtualCarrier,
    script: (said: number, rank: number) => SpeechScript,
    take: (input: Input) => void,
  ) {
    this.#clock = clock;
    this.#carrier = carrier;
    this.#script = script;
    this.#take = take;
  }

  say(chunk: Say): void {
    const waiting = this.#waiting.get(chunk.reply) ?? [];
    this.#waiting.set(chunk.reply, [...waiting, chunk]);
    if (waiting.length === 0) this.#make(chunk);
  }

  /** A model says it itself, as one of a reply's chunks; `null`: that was all. */
  hear({ reply, chunk }: Pick<Say, 'reply' | 'chunk'>, text: string | null): void {
    const audio = soundOf((text?.length ?? 0) * MS_A_CHARACTER);
    const ms = this.#playout.append(reply, chunk, audio, text === null);
    this.#take({ type: 'audio', reply, chunk, ms, leadMs: 0, tailMs: 0, done: text === null });
    this.#pump();
  }

  /** What there is of a chunk is all of it. */
  close({ reply, chunk }: Pick<Say, 'reply' | 'chunk'>): void {
    this.#playout.append(reply, chunk, new Uint8Array(0), true);
    this.#pump();
  }

  play({ reply, generation, fromMs }: Play): void {
    this.#replyOf.set(generation, reply);
    this.#playout.play(reply, generation, fromMs);
    this.#pump();
  }

  clear(): void {
    this.#playout.clear();
    this.#carrier.clear();
  }

  drop(reply: number): void {
    this.#waiting.delete(reply);
    this.#playout.drop(reply);
  }

  /** What was being made of it is made no more, even where it's said again at once. */
  rewind({ reply, chunk, ms, ends }: Rewind): void {
    this.#waiting.delete(reply);
    this.#playout.rewind(reply, chunk, ms);
    if (ends) this.#playout.append(reply, chunk, new Uint8Array(0), true);
    this.#making++;
    for (const made of this.#made.get(reply) ?? []) {
      if (made.chunk >= chunk) made.keptMs = Math.min(made.keptMs, made.chunk === chunk ? ms : 0);
    }
  }

  /** What was made of a reply, in the order in which it was begun. */
  madeOf(reply: number): readonly MadeSpeech[] {
    return this.#made.get(reply) ?? [];
  }

  onMark(name: string): void {
    const point = parseMark(name);
    if (!point) return;
    this.#playout.onMark(point, this.#clock.nowMs);
    this.#take({ type: 'mark', ...point });
    this.#pump();
  }

  /** How far into a reply's audio the caller had heard at a time. */
  playedMs(reply: number, atMs: number): number {
    const ends = this.#played
      .filter(({ reply: of, piece }) => of === reply && piece.fromMs < Math.min(piece.toMs, atMs))
      .map(({ positionMs, piece }) => positionMs + Math.min(piece.toMs, atMs) - piece.fromMs);
    return Math.max(0, ...ends);
  }

  /** When the caller heard the last of a reply. */
  playedUntilMs(reply: number): number {
    const pieces = this.#played.filter((played) => played.reply === reply).map(({ piece }) => piece);
    return Math.max(0, ...pieces.filter(({ fromMs, toMs }) => toMs > fromMs).map(({ toMs }) => toMs));
  }

  #make({ reply, chunk, text, rank }: Say): void {
    const script = this.#script(this.#said++, rank);
    const { firstByteMs, pieces, everyMs, edgesMs, ends, timesWords = false } = script;
    const audio = soundOf(text.length * MS_A_CHARACTER + 2 * edgesMs);
    const size = Math.ceil(audio.length / pieces);
    const made = ends === 'done' ? pieces : Math.floor(pieces / 2);
    const startMs = this.#clock.nowMs + firstByteMs;
    const part = this.#begin(reply, { chunk, text, edgesMs, isTimed: timesWords });
    const words = timesWords ? [...timedWordsOf(part)] : null;
    const told = () => words && { words: words.splice(0, wordsUntil(words, part.madeMs)) };
    for (let n = 0; n < made; n++) {
      this.#later(startMs + n * everyMs, reply, () => {
        const ms = this.#playout.append(reply, chunk, audio.subarray(n * size, (n + 1) * size), false);
        part.madeMs = ms;
        this.#take({ type: 'audio', reply, chunk, ms, leadMs: edgesMs, tailMs: 0, done: false, ...told() });
      });
    }
    if (ends === 'hangs') return;
    const making = this.#making;
    this.#later(startMs + Math.max(0, made - 1) * everyMs, reply, () => {
      const ms = this.#playout.append(reply, chunk, new Uint8Array(0), true);
      if (ends === 'done') part.madeMs = ms;
      this.#take(
        ends === 'done'
          ? { type: 'audio', reply, chunk, ms, leadMs: edgesMs, tailMs: edgesMs, done: true, ...told() }
          : { type: 'audio_failed', reply, chunk, error: 'no voice', circuitOpen: script.circuitOpen },
      );
      if (making === this.#making) this.#makeNext(reply);
    });
  }

  /** A voice that goes on with a chunk begins behind what another one left of it. */
  #begin(reply: number, speech: Pick<MadeSpeech, 'chunk' | 'text' | 'edgesMs' | 'isTimed'>): MadeSpeech {
    const fromMs = this.#playout.append(reply, speech.chunk, new Uint8Array(0), false);
    const made = { ...speech, fromMs, madeMs: fromMs, keptMs: Number.POSITIVE_INFINITY };
    const others = this.#made.get(reply);
    if (others) others.push(made);
    else this.#made.set(reply, [made]);
    return made;
  }

  #makeNext(reply: number): void {
    const rest = this.#waiting.get(reply)?.slice(1);
    if (!rest) return;
    this.#waiting.set(reply, rest);
    const [next] = rest;
    if (next) this.#make(next);
  }

  #later(atMs: number, reply: number, run: () => void): void {
    const making = this.#making;
    this.#clock.at(atMs, () => {
      if (!this.#waiting.has(reply) || making !== this.#making) return;
      run();
      this.#pump();
    });
  }

  #pump(): void {
    this.#callOffPump();
    const { nowMs } = this.#clock;
    const result = this.#playout.pump(nowMs);
    if (result) this.#send(result);
    const next = this.#playout.nextPumpMs(nowMs);
    if (next !== null) this.#callOffPump = this.#clock.at(Math.max(next, nowMs + 1), () => this.#pump());
  }

  #send({ outgoing, sent }: NonNullable<ReturnType<Playout['pump']>>): void {
    let positionMs = sent.ms - outgoing.reduce((sum, item) => sum + audioMs(item), 0);
    for (const item of outgoing) {
      const piece = this.#carrier.receive(item);
      if (piece) this.#played.push({ reply: this.#replyNow(sent), positionMs, piece });
      positionMs += audioMs(item);
    }
    this.#take({ type: 'sent', ...sent });
  }

  #replyNow({ generation }: PlayoutPoint): number {
    return this.#replyOf.get(generation) ?? 0;
  }
}

const wordsUntil = (words: readonly TimedWord[], ms: number): number =>
  words.filter(({ endMs }) => endMs <= ms).length;

const audioMs = (item: { type: 'audio'; bytes: Uint8Array } | { type: 'mark' }): number =>
  item.type === 'audio' ? item.bytes.length / BYTES_A_MS : 0;
