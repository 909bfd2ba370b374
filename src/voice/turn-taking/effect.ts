import type { ToolCall } from '../../providers/language-model.js';

/** What the session does for the reducer. */
export type Effect =
  /** Empty the carrier's buffer: what was sent and not played is gone. Marks of older generations mean nothing more. */
  | { readonly type: 'clear' }
  /** Make speech of a chunk, and play it behind what the reply has already. */
  | { readonly type: 'say'; readonly reply: number; readonly chunk: number; readonly text: string }
  /** Play the reply's audio under a generation, from a point on; more comes as it's made. */
  | { readonly type: 'play'; readonly reply: number; readonly generation: number; readonly fromMs: number }
  /** Stop making and playing the reply's speech, and forget it. */
  | { readonly type: 'drop'; readonly reply: number }
  /** Ask the model for the next answer, by the call's history. */
  | { readonly type: 'think'; readonly model: string }
  | { readonly type: 'abort'; readonly model: string }
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
