import type { EndReason } from '../../domain/call/vocabulary.js';
import type { Usage } from '../../providers/language-model.js';

/** What a conversation needs of others. */
export type Capability = 'speech_to_text' | 'language_model' | 'text_to_speech';

/** What a conversation is told once. */
export interface ConversationSettings {
  /** Numbers a call's media streams: ids of later attempts differ from those of earlier ones. */
  readonly attempt: number;
  readonly language: string;
  readonly greeting: string;
  readonly silenceTimeoutMs: number;
  readonly maxDurationMs: number;
  /** On the call's clock. */
  readonly answeredAtMs: number;
  /** How long the speech-to-text may take for a final after the caller stopped. */
  readonly finalWithinMs: number;
  /** Whether it gives words while the caller speaks. */
  readonly interims: boolean;
  readonly providers: Readonly<Record<Capability, string>>;
}

/** The caller's utterance as far as it came. */
export interface Caller {
  readonly voiced: boolean;
  /** The latest onset. */
  readonly onsetAtMs: number | null;
  readonly lastVoiceAtMs: number | null;
  /** The first onset or word of what isn't committed yet. */
  readonly startedAtMs: number | null;
  readonly interim: string;
  readonly finals: readonly string[];
  readonly confidence: number | null;
  readonly finalAtMs: number | null;
  /** `finalize` was asked at this stop, and its final hasn't come. */
  readonly awaitsFinal: boolean;
  /** The latest sound or word. */
  readonly signalAtMs: number | null;
  /** Voice means nothing any more: it goes on and on without a word. */
  readonly degraded: boolean;
  /** What was committed before its final came: that may still come, and says nothing new. */
  readonly unconfirmed: string;
}

export const silentCaller: Caller = {
  voiced: false,
  onsetAtMs: null,
  lastVoiceAtMs: null,
  startedAtMs: null,
  interim: '',
  finals: [],
  confidence: null,
  finalAtMs: null,
  awaitsFinal: false,
  signalAtMs: null,
  degraded: false,
  unconfirmed: '',
};

/** A piece of the agent's text, and the length of its speech as far as it's made. */
export interface Chunk {
  readonly text: string;
  readonly ms: number;
  readonly leadMs: number;
  readonly tailMs: number;
  readonly done: boolean;
}

/** When an answer's stages happened, on the call's clock. */
export interface Stages {
  readonly lastVoiceAtMs: number | null;
  readonly finalAtMs: number | null;
  /** When the turn could have been committed at the earliest. */
  readonly dueAtMs: number;
  readonly committedAtMs: number;
  readonly firstTokenAtMs: number | null;
  readonly firstSayAtMs: number | null;
  readonly firstAudioAtMs: number | null;
}

export interface Ending {
  readonly reason: EndReason;
  readonly by: 'caller' | 'agent' | 'platform' | 'carrier';
}

export type ReplyKind = 'greeting' | 'answer' | 'prompt';

/** Something that the agent says. Its times in `…Ms` without `At` run along its own audio, from 0. */
export interface Reply {
  readonly id: number;
  readonly kind: ReplyKind;
  readonly turn: number;
  /** The model that composes it now. */
  readonly model: string | null;
  /** Tools were called for it, and the model doesn't know their results yet. */
  readonly usesTools: boolean;
  /** Its text is complete. */
  readonly composed: boolean;
  readonly text: string;
  /** How much of the text is in chunks. */
  readonly chunkedChars: number;
  readonly chunks: readonly Chunk[];
  /** Playout under this generation; older marks are stale. */
  readonly generation: number;
  readonly sentMs: number;
  /** The last echoed mark, or where the generation began. */
  readonly playedMs: number;
  /** When that was, less the gaps since in which the carrier had nothing to play; `null`: nothing is sent yet. */
  readonly playedAtMs: number | null;
  /** The mark came after the last such gap: it proves that the carrier plays. */
  readonly echoed: boolean;
  readonly firstSentAtMs: number | null;
  readonly firstMarkAtMs: number | null;
  readonly stages: Stages | null;
  readonly usage: Usage | null;
  readonly resumes: number;
  /** Held: stopped here for the time being. */
  readonly heldAtMs: number | null;
  /** When it's said, the call ends. */
  readonly ends: Ending | null;
}

export type DeadlineName =
  | 'turn'
  | 'force'
  | 'degraded'
  | 'hold'
  | 'resume'
  | 'silence'
  | 'max'
  | 'model'
  | 'synthesis'
  | 'marks'
  | 'keys'
  | 'drain'
  | 'gone'
  | 'goodbye';

/** `new`: the media stream isn't up yet. */
export type Phase = 'new' | 'listening' | 'thinking' | 'speaking' | 'held' | 'draining' | 'ended';

export interface ToolRun {
  readonly id: string;
  readonly turn: number;
  readonly calledAtMs: number;
  readonly returned: boolean;
}

export interface State {
  readonly settings: ConversationSettings;
  readonly phase: Phase;
  readonly turn: number;
  readonly caller: Caller;
  readonly reply: Reply | null;
  /** The conversation's tool calls. */
  readonly tools: readonly ToolRun[];
  readonly lastKeyAtMs: number | null;
  /** Digits that are being collected. */
  readonly keys: { readonly digits: string; readonly startedAtMs: number } | null;
  /** When the agent had finished; `null`: it hasn't. How often it asked since. */
  readonly silence: { readonly sinceMs: number; readonly rung: 0 | 1 | 2 } | null;
  readonly generation: number;
  readonly replies: number;
  readonly models: number;
  readonly falseHolds: number;
  /** Failures in a row, by what failed. */
  readonly failures: Readonly<Record<Capability, number>>;
  /** "I didn't catch that" was said, and nothing was understood since. */
  readonly askedToRepeat: boolean;
  readonly echoes: number;
  /** How the media stream went, once it did. */
  readonly socket: 'open' | 'stop' | 'closed';
  readonly deadlines: Readonly<Partial<Record<DeadlineName, number>>>;
}

export const initialState = (settings: ConversationSettings): State => ({
  settings,
  phase: 'new',
  turn: 0,
  caller: silentCaller,
  reply: null,
  tools: [],
  lastKeyAtMs: null,
  keys: null,
  silence: null,
  generation: 0,
  replies: 0,
  models: 0,
  falseHolds: 0,
  failures: { speech_to_text: 0, language_model: 0, text_to_speech: 0 },
  askedToRepeat: false,
  echoes: 0,
  socket: 'open',
  deadlines: {},
});

/** The earliest moment at which the state wants a `tick`; `null`: none. */
export const nextDeadlineMs = (state: State): number | null => {
  const due = Object.values(state.deadlines);
  return due.length === 0 ? null : Math.min(...due);
};
