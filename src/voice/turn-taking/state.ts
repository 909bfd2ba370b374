import type { InterruptionSensitivity, TurnDetection } from '../../domain/agent/vocabulary.js';
import type { ToolCall, Usage } from '../../providers/language-model.js';
import type { TimedWord } from '../../providers/text-to-speech.js';
import { type Caller, silentCaller } from './caller-state.js';
import type { Ending } from './handover.js';
import { policy } from './policy.js';
import type { PreparedRetrieval, TurnRetrieval } from './retrieval-state.js';

/** What a conversation needs of others. */
export type Capability = 'speech_to_text' | 'language_model' | 'text_to_speech';

/** What a conversation is told once. */
export interface ConversationSettings {
  /** The version of turn-taking's rules that it keeps to (`rules.ts`). */
  readonly rules: number;
  /** Numbers a call's media streams: ids of later attempts differ from those of earlier ones. */
  readonly attempt: number;
  readonly language: string;
  readonly greeting: string;
  /** Said before it: that the call is recorded. Empty: nothing is said. */
  readonly recordingConsent: string;
  readonly silenceTimeoutMs: number;
  readonly maxDurationMs: number;
  /** On the call's clock. */
  readonly answeredAtMs: number;
  /** How long the speech-to-text may take for a final after the caller stopped. */
  readonly finalWithinMs: number;
  /** Whether it gives words while the caller speaks. */
  readonly interims: boolean;
  readonly providers: Readonly<Record<Capability, string>>;
  /** Who answers and who speaks when those can't, in this order. */
  readonly fallbacks: {
    readonly language_model: readonly string[];
    readonly text_to_speech: readonly string[];
  };
  /** Without a first token for so long the next model is asked, too; `null`: never. */
  readonly hedgeAfterMs: number | null;
  /** An answer that begins later is noted, with what took longest. `null`: none is, and less is told of each answer. */
  readonly turnBudgetMs: number | null;
  /** What ends the caller's turn. */
  readonly turnDetection: TurnDetection;
  readonly interruptionSensitivity: InterruptionSensitivity;
  /** Added to the wait before each answer. */
  readonly responseDelayMs: number;
  /** A caller who talks longer is cut in on; `null`: never. */
  readonly callerTurnLimitMs: number | null;
  /** Once the caller has said one of them, the agent says goodbye. */
  readonly endPhrases: readonly string[];
  /** The first choice of the models hears and speaks by itself; its fallbacks don't. */
  readonly speechToSpeech: boolean;
  /** Whether the model may be asked before the caller's turn is over. */
  readonly speculates: boolean;
  /** Whether what the caller says is looked up in the tenant's documents before a model is asked. */
  readonly retrieves: boolean;
  /** Tools that change something outside of the call: the next answer waits for them. */
  readonly sideEffectTools: readonly string[];
  /** In E.164: who takes the call when nothing else works any more; `null`: nobody, and it ends. */
  readonly failureTransferTo: string | null;
}

/**
 * What conversations did before they were told it: their traces are replayed with it, whatever an agent's defaults are by
 * now. A new setting goes here, too, as what was done without it.
 */
const untold = {
  rules: 1,
  recordingConsent: '',
  fallbacks: { language_model: [], text_to_speech: [] },
  hedgeAfterMs: null,
  turnBudgetMs: null,
  turnDetection: 'voice_activity',
  interruptionSensitivity: 'medium',
  responseDelayMs: 0,
  callerTurnLimitMs: null,
  endPhrases: [],
  speechToSpeech: false,
  speculates: false,
  retrieves: false,
  sideEffectTools: [],
  failureTransferTo: null,
} as const satisfies Partial<ConversationSettings>;

/** Settings as a trace has them. */
export type ToldSettings = Omit<ConversationSettings, keyof typeof untold> &
  Partial<Pick<ConversationSettings, keyof typeof untold>>;

/** A piece of the agent's text, and the length of its speech as far as it's made. */
export interface Chunk {
  readonly text: string;
  readonly ms: number;
  readonly leadMs: number;
  readonly tailMs: number;
  readonly done: boolean;
  /** What another voice had made of it before this one went on; absent: nothing. */
  readonly keptMs?: number;
  /** Those that the provider timed so far, from the chunk's own start. */
  readonly words?: readonly TimedWord[];
  /** The answer of a model that speaks itself; absent: a voice says it. */
  readonly model?: string;
}

/** An answer that is prepared while the caller's turn may still go on: nobody hears of it until the turn is committed. */
export interface Speculation {
  readonly model: string;
  /** It answers this and nothing else. */
  readonly key: string;
  readonly startedAtMs: number;
  /** `null`: what it's to answer from is still being looked up. */
  readonly askedAtMs: number | null;
  readonly firstTokenAtMs: number | null;
  readonly text: string;
  /** Held: they run when the turn is committed. */
  readonly toolCalls: readonly ToolCall[];
  /** The model is through. */
  readonly done: boolean;
  readonly usage: Usage | null;
}

/** When an answer's stages happened, on the call's clock. */
export interface Stages {
  readonly lastVoiceAtMs: number | null;
  readonly finalAtMs: number | null;
  /** When the turn could have been committed at the earliest. */
  readonly dueAtMs: number;
  readonly committedAtMs: number;
  /** When the model was asked: before the commit, where the answer was prepared. */
  readonly askedAtMs: number;
  readonly firstTokenAtMs: number | null;
  readonly firstSayAtMs: number | null;
  readonly firstAudioAtMs: number | null;
}

export type ReplyKind = 'greeting' | 'answer' | 'prompt';

/** Something that the agent says. Its times in `…Ms` without `At` run along its own audio, from 0. */
export interface Reply {
  readonly id: number;
  readonly kind: ReplyKind;
  readonly turn: number;
  /** The model that composes it now. */
  readonly model: string | null;
  /** Which of the agent's models that is: 0 is the first choice. */
  readonly rank: number;
  /** The last one of them that was asked. */
  readonly askedRank: number;
  /** The next model, asked beside a slow one: the first words, or the first tool call, decide between them. */
  readonly hedge: { readonly model: string; readonly rank: number; readonly askedAtMs: number } | null;
  /** What models that race have said without a word yet, by their ids: it's said with the winner's first words. */
  readonly openings: Readonly<Record<string, string>>;
  /** Answers that were asked for and given up. */
  readonly abandonedAnswers: number;
  /** A model failed in mid-answer: the next one is told what was said. */
  readonly goesOn: boolean;
  /** How often another voice went on with it. */
  readonly voiceFailOvers: number;
  /** Tools were called for it, and the model doesn't know their results yet. */
  readonly usesTools: boolean;
  /** How often its model was asked again with their results. */
  readonly toolRounds: number;
  /** Its text is complete. */
  readonly composed: boolean;
  readonly text: string;
  /** The model said something; else all of the text is the platform's own. */
  readonly hasModelText: boolean;
  /** Sentences that filled the time of a tool. */
  readonly fillers: number;
  /** It cuts in on the caller: its first piece is said to its end. */
  readonly cutsIn: boolean;
  /** A prompt that begins with the sentence that the call is recorded. */
  readonly saysConsent: boolean;
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
  /** It began, or went on after a silence; `null`: it hasn't begun. */
  readonly talksSinceMs: number | null;
  readonly firstMarkAtMs: number | null;
  readonly stages: Stages | null;
  readonly usage: Usage | null;
  readonly resumes: number;
  /** Held: stopped here for the time being. */
  readonly heldAtMs: number | null;
  /** Held so long after the caller's onset; `null`: it isn't. */
  readonly holdTookMs: number | null;
  /**
   * The caller interrupted it while its tool changed something: it's over once that's done. What was heard then was stopped
   * so long after the caller's onset; `null`: nothing was heard. `null` as a whole: nobody did.
   */
  readonly gaveWay: { readonly tookMs: number | null } | null;
  /** What comes when it's said; `null`: the caller's turn. */
  readonly ends: Ending | null;
}

export type DeadlineName =
  | 'turn'
  | 'force'
  | 'degraded'
  | 'limit'
  | 'speculate'
  | 'hold'
  | 'resume'
  | 'silence'
  | 'max'
  | 'retrieval'
  | 'model'
  | 'hedge'
  | 'tool'
  | 'filler'
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
  /** The answer that called it. */
  readonly model: string;
  readonly turn: number;
  readonly calledAtMs: number;
  readonly returned: boolean;
  readonly sideEffect: boolean;
}

/** The end of the agent's latest speech, as heard. */
export interface Said {
  readonly atMs: number;
  readonly lastSentence: string;
  /** What was heard within the time that an echo may take. */
  readonly recent: string;
}

/** An answer that the caller has yet to hear. */
export interface OwedAnswer {
  readonly turn: number;
  /** As it was composed; `null`: it wasn't yet. */
  readonly text: string | null;
  readonly ends: Ending | null;
}

export interface State {
  readonly settings: ConversationSettings;
  readonly phase: Phase;
  readonly turn: number;
  readonly caller: Caller;
  /** How long this caller pauses within a turn, on average. */
  readonly pauseEmaMs: number;
  /** The speech-to-text decides turns, as the settings want it; a fallback may not. */
  readonly providerDecides: boolean;
  /** What the agent said last, once it's over. */
  readonly said: Said | null;
  readonly speculation: Speculation | null;
  /** Of the turn that isn't committed yet: how often a model was asked, and what came of it for nothing. */
  readonly speculated: {
    readonly started: number;
    readonly wastedOutputTokens: number;
    readonly wastedRetrievals: number;
  };
  readonly preparedRetrieval: PreparedRetrieval | null;
  /** The latest that a turn's answer was told of, or waits for. */
  readonly retrieval: TurnRetrieval | null;
  readonly reply: Reply | null;
  /** The conversation's tool calls. */
  readonly tools: readonly ToolRun[];
  /** Those of the call before this media stream: their ids are taken. */
  readonly earlierToolCallIds: readonly string[];
  readonly lastKeyAtMs: number | null;
  /** Digits that are being collected. `isComplete`: they wait for a tool that changes something. */
  readonly keys: {
    readonly digits: string;
    readonly startedAtMs: number;
    readonly isComplete?: boolean;
  } | null;
  /** When the agent had finished; `null`: it hasn't. How often it asked since. */
  readonly silence: { readonly sinceMs: number; readonly rung: 0 | 1 | 2 } | null;
  readonly generation: number;
  readonly replies: number;
  /** How often a person was to take the call over. */
  readonly transfers: number;
  readonly models: number;
  readonly retrievals: number;
  /** How many events there were: what the model is told depends on nothing else. */
  readonly revision: number;
  readonly falseHolds: number;
  /** When the agent was first heard in this stream; `null`: it wasn't yet. */
  readonly firstSpokeAtMs: number | null;
  /** Which of the agent's voices speaks: 0 is the first choice. */
  readonly voiceRank: number;
  /** Failures in a row, by what failed. */
  readonly failures: Readonly<Record<Capability, number>>;
  /** What was dropped before it began, since the caller seemed to go on; `null`: nothing was. */
  readonly owed: OwedAnswer | null;
  /** "I didn't catch that" was said, and nothing was understood since. */
  readonly askedToRepeat: boolean;
  readonly echoes: number;
  /** How the media stream went, once it did. */
  readonly socket: 'open' | 'stop' | 'closed';
  /** No media comes, though the stream is open. */
  readonly stalled: boolean;
  readonly deadlines: Readonly<Partial<Record<DeadlineName, number>>>;
}

export const nothingSpeculated: State['speculated'] = {
  started: 0,
  wastedOutputTokens: 0,
  wastedRetrievals: 0,
};

export const initialState = (settings: ToldSettings): State => ({
  settings: { ...untold, ...settings },
  phase: 'new',
  turn: 0,
  caller: silentCaller,
  pauseEmaMs: policy.usualPauseMs,
  providerDecides: settings.turnDetection === 'provider',
  said: null,
  speculation: null,
  speculated: nothingSpeculated,
  preparedRetrieval: null,
  retrieval: null,
  reply: null,
  tools: [],
  earlierToolCallIds: [],
  lastKeyAtMs: null,
  keys: null,
  silence: null,
  generation: 0,
  replies: 0,
  transfers: 0,
  models: 0,
  retrievals: 0,
  revision: 0,
  falseHolds: 0,
  firstSpokeAtMs: null,
  voiceRank: 0,
  failures: { speech_to_text: 0, language_model: 0, text_to_speech: 0 },
  owed: null,
  askedToRepeat: false,
  echoes: 0,
  socket: 'open',
  stalled: false,
  deadlines: {},
});

/** The earliest moment at which the state wants a `tick`; `null`: none. */
export const nextDeadlineMs = (state: State): number | null => {
  const due = Object.values(state.deadlines);
  return due.length === 0 ? null : Math.min(...due);
};
