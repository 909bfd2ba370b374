import type { Input } from '../../../src/voice/turn-taking/input.js';
import type { VirtualClock } from './virtual-clock.js';

/** What the model does when it's asked for the n-th time: its parts one after the other, and then it's done. */
export type ModelScript = (asked: number) => readonly ModelPart[];
export type ModelPart =
  | { readonly afterMs: number; readonly text: string }
  | { readonly afterMs: number; readonly tool: string }
  | { readonly afterMs: number; readonly fails: string }
  /** Nothing comes any more. */
  | { readonly afterMs: number; readonly hangs: true };

const isLast = (part: ModelPart): boolean => 'fails' in part || 'hangs' in part;

/** A language model by a script. An empty answer is one that never comes. */
export class VirtualModel {
  readonly #clock: VirtualClock;
  readonly #script: ModelScript;
  readonly #take: (input: Input) => void;
  readonly #aborted = new Set<string>();
  #asked = 0;

  constructor(clock: VirtualClock, script: ModelScript, take: (input: Input) => void) {
    this.#clock = clock;
    this.#script = script;
    this.#take = take;
  }

  think(model: string): void {
    const parts = this.#script(this.#asked++);
    let atMs = this.#clock.nowMs;
    for (const part of parts) {
      atMs += part.afterMs;
      this.#later(atMs, model, () => this.#part(model, part));
      if (isLast(part)) return;
    }
    if (parts.length > 0)
      this.#later(atMs, model, () => this.#take({ type: 'model_done', model, usage: null }));
  }

  abort(model: string): void {
    this.#aborted.add(model);
  }

  #later(atMs: number, model: string, run: () => void): void {
    this.#clock.at(atMs, () => {
      if (!this.#aborted.has(model)) run();
    });
  }

  #part(model: string, part: ModelPart): void {
    if ('text' in part) this.#take({ type: 'model_text', model, delta: part.text });
    else if ('fails' in part) this.#take({ type: 'model_failed', model, error: part.fails });
    else if ('tool' in part) {
      const call = { id: `${model}-${part.tool}`, name: part.tool, arguments: '{}' };
      this.#take({ type: 'model_tool_call', model, call });
    }
  }
}
