import type { Effect } from '../../../src/voice/turn-taking/effect.js';
import type { Input } from '../../../src/voice/turn-taking/input.js';
import type { VirtualClock } from './virtual-clock.js';

/**
 * What the model does when it's asked for the n-th time: its parts one after the other, and then it's done. `rank`: 0 is
 * the agent's first choice.
 */
export type ModelScript = (asked: number, rank: number) => readonly ModelPart[];
export type ModelPart =
  | { readonly afterMs: number; readonly text: string }
  /** `id`: as the server names the call; else it's one that no other call has. */
  | { readonly afterMs: number; readonly tool: string; readonly id?: string }
  | { readonly afterMs: number; readonly fails: string; readonly circuitOpen?: boolean }
  /** Nothing comes any more. */
  | { readonly afterMs: number; readonly hangs: true };

const isLast = (part: ModelPart): boolean => 'fails' in part || 'hangs' in part;

type Think = Extract<Effect, { type: 'think' }>;
type Place = { readonly reply: number; readonly chunk: number };

/** Where a model is heard that speaks itself. */
interface Speaker {
  hear(place: Place, text: string | null): void;
  close(place: Place): void;
}

/** A language model by a script. An empty answer is one that never comes. */
export class VirtualModel {
  readonly #clock: VirtualClock;
  readonly #script: ModelScript;
  readonly #take: (input: Input) => void;
  readonly #speaker: Speaker;
  readonly #aborted = new Set<string>();
  readonly #places = new Map<string, Place>();
  #asked = 0;

  constructor(clock: VirtualClock, script: ModelScript, take: (input: Input) => void, speaker: Speaker) {
    this.#speaker = speaker;
    this.#clock = clock;
    this.#script = script;
    this.#take = take;
  }

  think({ model, rank = 0, speaks }: Omit<Think, 'type'>): void {
    if (speaks) this.#places.set(model, speaks);
    const parts = this.#script(this.#asked++, rank);
    let atMs = this.#clock.nowMs;
    for (const part of parts) {
      atMs += part.afterMs;
      this.#later(atMs, model, () => this.#part(model, part));
      if (isLast(part)) return;
    }
    if (parts.length > 0)
      this.#later(atMs, model, () => {
        const place = this.#places.get(model);
        if (place) this.#speaker.hear(place, null);
        this.#take({ type: 'model_done', model, usage: null });
      });
  }

  abort(model: string): void {
    this.#aborted.add(model);
    this.#close(model);
  }

  #close(model: string): void {
    const place = this.#places.get(model);
    if (place) this.#speaker.close(place);
  }

  #later(atMs: number, model: string, run: () => void): void {
    this.#clock.at(atMs, () => {
      if (!this.#aborted.has(model)) run();
    });
  }

  #part(model: string, part: ModelPart): void {
    const place = this.#places.get(model);
    if ('text' in part) {
      this.#take({ type: 'model_text', model, delta: part.text });
      if (place) this.#speaker.hear(place, part.text);
    } else if ('fails' in part) {
      this.#close(model);
      const { fails: error, circuitOpen } = part;
      this.#take({ type: 'model_failed', model, error, circuitOpen });
    } else if ('tool' in part) {
      const call = { id: part.id ?? `${model}-${part.tool}`, name: part.tool, arguments: '{}' };
      this.#take({ type: 'model_tool_call', model, call });
    }
  }
}
