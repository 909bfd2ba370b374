import type { Hit } from '../../domain/call/conversation-events.js';
import type { CallEvent } from '../../domain/call/events.js';
import type { ToolCall, Usage } from '../../providers/language-model.js';
import type { TimedWord } from '../../providers/text-to-speech.js';

/**
 * What happens to a conversation. Audio frames are not here: voice activity turns them into edges. Asynchronous inputs
 * carry what they belong to (`reply`, `model`, `retrieval`, `generation`, `id`); the reducer drops the stale ones.
 */
export type Input =
  /** The media stream is up. `resumed`: another worker carried the call before. */
  | { readonly type: 'start'; readonly resumed: Resumed | null }
  | { readonly type: 'voice'; readonly on: boolean; readonly atMs: number }
  /** While the agent may be heard: voice that is on isn't heard just now, or is heard again. */
  | { readonly type: 'voice_pause'; readonly paused: boolean; readonly atMs: number }
  | {
      readonly type: 'transcript';
      readonly text: string;
      readonly final: boolean;
      readonly confidence: number | null;
      /** From a speech-to-text that decides turns. */
      readonly turn?: TurnSignal | undefined;
    }
  /** Of `fixed_buffer`: so much audio of the caller's is together. */
  | { readonly type: 'buffer_full' }
  /** Media stopped coming, or comes again. */
  | { readonly type: 'media'; readonly flows: boolean }
  /** `next`: who listens now; absent: the same one is asked again. `exhausted`: it's the first one again, after all failed. */
  | {
      readonly type: 'speech_to_text_failed';
      readonly error: string;
      readonly circuitOpen?: boolean | undefined;
      readonly next?: Listener | undefined;
      readonly exhausted?: boolean | undefined;
    }
  /** Another stream of the speech-to-text is given the caller's last audio once more: so much of it. */
  | { readonly type: 'heard_again'; readonly ms: number }
  /** What the tenant's documents have of it, the best first. Their text is the session's. */
  | { readonly type: 'retrieved'; readonly retrieval: string; readonly hits: readonly Hit[] }
  | { readonly type: 'retrieval_failed'; readonly retrieval: string }
  | { readonly type: 'model_text'; readonly model: string; readonly delta: string }
  | { readonly type: 'model_tool_call'; readonly model: string; readonly call: ToolCall }
  | { readonly type: 'model_done'; readonly model: string; readonly usage: Usage | null }
  /** `circuitOpen`: it failed in other calls, and wasn't asked. */
  | {
      readonly type: 'model_failed';
      readonly model: string;
      readonly error: string;
      readonly circuitOpen?: boolean | undefined;
    }
  /** Synthesized so far: the whole chunk's length, and how much silence it begins and, when done, ends with. */
  | {
      readonly type: 'audio';
      readonly reply: number;
      readonly chunk: number;
      readonly ms: number;
      readonly leadMs: number;
      readonly tailMs: number;
      readonly done: boolean;
      /** Further words of the chunk as the provider timed them, from the chunk's own start. */
      readonly words?: readonly TimedWord[];
    }
  | {
      readonly type: 'audio_failed';
      readonly reply: number;
      readonly chunk: number;
      readonly error: string;
      readonly circuitOpen?: boolean | undefined;
    }
  /** Handed to the carrier, up to this point of the reply. */
  | { readonly type: 'sent'; readonly generation: number; readonly ms: number }
  /** Played by the carrier, up to this point of the reply. */
  | { readonly type: 'mark'; readonly generation: number; readonly ms: number }
  | { readonly type: 'key'; readonly digit: string }
  | {
      readonly type: 'tool_result';
      readonly id: string;
      readonly ok: boolean;
      readonly result: string;
      readonly endsCall: boolean;
      /** In E.164: who takes the call over once the answer is said. */
      readonly transferTo?: string | undefined;
    }
  /** Another writer appended this to the call. */
  | { readonly type: 'foreign'; readonly event: CallEvent }
  /** `stop`: the carrier says that the stream is over. `closed`: the socket is gone, without a word. */
  | { readonly type: 'socket'; readonly state: 'stop' | 'closed' }
  /** A deadline of the state is due. */
  | { readonly type: 'tick' };

export type TurnSignal = 'probably_ended' | 'resumed' | 'ended';

/** Hands an input to the conversation. */
export type Take = (input: Input) => void;

/** A speech-to-text, as far as turn-taking must know it. */
export interface Listener {
  readonly provider: string;
  readonly finalWithinMs: number;
  readonly interims: boolean;
  readonly decidesTurns?: boolean | undefined;
}

export interface Resumed {
  /** The latest exchange. */
  readonly turn: number;
  /** The caller's turn got no answer yet. */
  readonly unanswered: boolean;
  /** The agent's voice was cut off. */
  readonly agentCutOff: boolean;
  /** The call's tool calls so far. Absent: nobody told. */
  readonly toolCallIds?: readonly string[];
  /** How often a person was to take the call over. Absent: never. */
  readonly transfers?: number | undefined;
  /** Nobody did, and the caller isn't told yet. */
  readonly transferFailed?: boolean | undefined;
  /** No stream so far has said to its end that the call is recorded. Absent: one has, or nobody told. */
  readonly consentUnheard?: boolean | undefined;
}
