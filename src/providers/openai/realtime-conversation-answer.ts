import { msOf } from '../../audio/mu-law.js';
import type { Usage } from '../language-model.js';
import { ReaderQueue } from '../reader-queue.js';
import type { SpokenAnswerPart } from '../speech-to-speech.js';

/** A part of an answer that is an item of OpenAI's conversation. */
export interface SpokenItem {
  readonly id: string;
  audioMs: number;
}

/** What is to become of an item, once the caller has heard a part of its answer: so much of it stays. */
export interface HeardItem {
  readonly id: string;
  /** `null`: all. */
  readonly endMs: number | null;
}

/** An answer as OpenAI makes it, for one reader. */
export class RealtimeAnswer {
  readonly items: SpokenItem[] = [];
  readonly #parts = new ReaderQueue<SpokenAnswerPart>();
  #saysWords = false;

  constructor(
    /** The caller's name for it. */
    readonly id: string,
  ) {}

  get isOver(): boolean {
    return this.#parts.isEnded;
  }

  /** Text came for it, and nothing was said: that isn't an answer. */
  get isMute(): boolean {
    return this.#saysWords && this.items.every(({ audioMs }) => audioMs === 0);
  }

  /** The item's audio, base64. */
  audio(itemId: string, delta: string): void {
    const audio = new Uint8Array(Buffer.from(delta, 'base64'));
    this.#item(itemId).audioMs += msOf(audio.length);
    this.#parts.push({ type: 'audio', audio });
  }

  text(itemId: string, delta: string): void {
    const isNext = this.#saysWords && this.items.at(-1)?.id !== itemId;
    this.#item(itemId);
    this.#saysWords = true;
    // Each item begins anew, without a space.
    this.#parts.push({ type: 'text', delta: isNext ? ` ${delta}` : delta });
  }

  toolCall(id: string, name: string, args: string): void {
    this.#parts.push({ type: 'tool_call', call: { id, name, arguments: args } });
  }

  done(usage: Usage | null): void {
    this.#parts.push({ type: 'done', usage });
    this.end();
  }

  /** No more will come. The reader gets what is waiting, and then the error. */
  end(error: Error | null = null): void {
    this.#parts.end(error);
  }

  read(signal: AbortSignal): AsyncGenerator<SpokenAnswerPart, void> {
    return this.#parts.read({ signal });
  }

  /** What stays of each item, when so much of the answer was heard. */
  heardItems(heardMs: number): readonly HeardItem[] {
    let startMs = 0;
    return this.items.map(({ id, audioMs }) => {
      const endMs = Math.max(0, Math.min(audioMs, heardMs - startMs));
      startMs += audioMs;
      return { id, endMs: endMs === audioMs && audioMs > 0 ? null : Math.floor(endMs) };
    });
  }

  #item(id: string): SpokenItem {
    const known = this.items.find((item) => item.id === id);
    if (known) return known;
    const item = { id, audioMs: 0 };
    this.items.push(item);
    return item;
  }
}
