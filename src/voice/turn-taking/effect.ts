import type { ToolCall } from '../../providers/language-model.js';

/** What the session does for the reducer. */
export type Effect =
  /** Empty the carrier's buffer: what was sent and not played is gone. Marks of older generations mean nothing more. */
  | { readonly type: 'clear' }
  /** Make speech of a chunk, and play it behind what the reply has already. */
  | {
      readonly type: 'say';
      readonly reply: number;
      readonly chunk: number;
      readonly text: string;
      /** Whose voice: 0 is the agent's first choice, then its fallbacks. */
      readonly rank: number;
    }
  /**
   * Stop making the reply's speech, and keep so much of this chunk's and nothing behind it: the rest is said again.
   * `late`: since the voice took too long. `ends`: the rest isn't said again, and the chunk is whole as it is.
   */
  | {
      readonly type: 'rewind';
      readonly reply: number;
      readonly chunk: number;
      readonly ms: number;
      readonly late: boolean;
      readonly ends?: boolean;
    }
  /** Play the reply's audio under a generation, from a point on; more comes as it's made. */
  | { readonly type: 'play'; readonly reply: number; readonly generation: number; readonly fromMs: number }
  /** Stop making and playing the reply's speech, and forget it. */
  | { readonly type: 'drop'; readonly reply: number }
  /**
   * Look up what the caller said last in the tenant's documents: `retrieved` or `retrieval_failed` must follow. `uncommitted`:
   * what the caller says, and isn't in the history yet.
   */
  | { readonly type: 'retrieve'; readonly retrieval: string; readonly uncommitted?: string }
  /** Stop looking it up, and keep nothing of what was found. */
  | { readonly type: 'forget'; readonly retrieval: string }
  /**
   * Ask the model for the next answer, by the call's history. `uncommitted`: what the caller says, and isn't in the
   * history yet; the answer is prepared only. `rank`: which of the agent's models, where it isn't the first choice.
   * `said`: the answer's beginning, which another model made: this one goes on from there. `speaks`: the model speaks itself,
   * and its audio is this chunk of the reply. `retrieval`: the answer is to come from what was found by it, too.
   */
  | {
      readonly type: 'think';
      readonly model: string;
      readonly uncommitted?: string;
      readonly rank?: number;
      readonly said?: string;
      readonly speaks?: { readonly reply: number; readonly chunk: number };
      readonly retrieval?: string;
    }
  /**
   * Nothing of it is wanted any more. `late`: since it took too long. `beaten`: another model was quicker, and whether this
   * one would have begun in time tells of its health.
   */
  | {
      readonly type: 'abort';
      readonly model: string;
      readonly late?: boolean;
      readonly beaten?: boolean;
    }
  /** The caller heard so much of what a model said itself, and will hear no more of it. */
  | { readonly type: 'truncate'; readonly model: string; readonly heardMs: number }
  /** Once its `ToolCalled` is stored. A `tool_result` must follow in any case: the answer waits for it. */
  | { readonly type: 'run_tool'; readonly call: ToolCall }
  /** Ask the speech-to-text for its final words. */
  | { readonly type: 'finalize' }
  /** For those who follow the call live. */
  | {
      readonly type: 'live';
      readonly speaker: 'caller' | 'agent';
      readonly turn: number;
      readonly text: string;
    }
  /** The conversation is over: close the media stream once everything is stored. */
  | { readonly type: 'close' };
