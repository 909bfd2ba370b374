import type { InterruptionSensitivity } from '../../domain/agent/vocabulary.js';

/** A wait after the caller's last sound: for a caller who pauses as most do, and its limits for others. */
export interface LearnedDelay {
  readonly usualMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** The conversation's rules as numbers; voice.md's measurements of this field's systems are the source of each. */
export const policy = {
  /** A complete sentence is answered so soon after its last sound. */
  completeDelay: { usualMs: 400, minMs: 300, maxMs: 500 },
  /** Neither complete nor trailing off. */
  uncertainDelay: { usualMs: 800, minMs: 500, maxMs: 1_400 },
  /** "and", "um", a comma: more is coming. */
  trailingDelay: { usualMs: 2_000, minMs: 1_200, maxMs: 2_500 },
  /** "yes", "no", a number, asked for: there is nothing more to come. */
  shortAnswerDelayMs: 300,
  /** How long callers pause within a turn, until this one's pauses are known; and how much of that stays at each. */
  usualPauseMs: 700,
  pauseEmaWeight: 0.9,
  /** A longer pause was none: the caller thought of something else. */
  longestPauseMs: 3_000,
  /** The safety net: a turn ends so long after the last sound or word. */
  forceAfterMs: 5_000,
  /** Voice for so long without a word, with or without breaks, is noise that only sounds like voice. */
  degradedAfterMs: 8_000,
  /** The same where words come only once the voice has stopped: longer than anybody speaks without a pause. */
  degradedWithoutInterimsMs: 60_000,
  /** Voice that begins after so much quiet is believed again. */
  believedAfterMs: 2_000,

  /** At first the carrier's echo canceller still learns: voice alone may be the agent's own. */
  echoGuardMs: 3_000,
  /** Held for so long without a word: the agent goes on. */
  resumeAfterMs: 2_000,
  /** Where words come only once voice has stopped, it's waited for so long. */
  heldAtMostMs: 60_000,
  /** Going on starts at the word that was cut, when it isn't farther back. */
  resumeBackMs: 300,
  /** False alarms in a call until voice alone doesn't stop the agent any more. */
  falseHoldsPerCall: 2,
  /** How much of a transcript must be the agent's own words, in order, to be its echo; and how far back. */
  echoShare: 0.8,
  echoWindowMs: 4_000,
  /** What a speech-to-text without interims may take for a "mhm", and some. */
  lateBackchannelMs: 4_000,
  /** Fewer words that begin while the agent ends may as well be the answer to it. */
  lateEchoWords: 3,
  /** So long after the agent's end its last words may still come back; who speaks for longer isn't its echo. */
  echoTailMs: 600,
  /** Who has the last word already before the agent's end begins so long before it at most. */
  lateAnswerMs: 1_500,

  /** An interim that stays the same for so long is what the caller says: an answer may be prepared. */
  stableInterimMs: 150,
  speculationsPerTurn: 3,
  /** Of those, so many while the caller speaks: the last one is for the turn's end. */
  speculationsWhileVoiced: 2,

  /** What the tenant's documents have; after it the model is asked without. */
  retrievalDeadlineMs: 300,
  /** The model's first token. */
  modelDeadlineMs: 2_000,
  /** A model that began may pause so long, once something of its answer is with the voice. */
  modelStallMs: 5_000,
  /** A tool's result; later ones are not waited for. */
  toolDeadlineMs: 10_000,
  /** So often in an answer a model may be asked again with the results of its tools: mostly nothing is heard meanwhile. */
  toolRoundsPerModel: 3,
  /** While a tool runs, the agent says something after so long, or so long after its own words, and then so often. */
  fillerAfterMs: 1_500,
  fillerEveryMs: 4_000,
  fillersPerReply: 3,
  /** The synthesis' first byte of a chunk, and each further one, where another voice can speak instead … */
  synthesisDeadlineMs: 1_000,
  /** … and where none can: a late sentence is better than none. */
  lastSynthesisDeadlineMs: 2_000,
  /** So many failures in a row end the call. */
  failuresInARow: 3,

  /** Marks may be so late before the clock counts instead. */
  lateMarkMs: 1_000,
  /** Keys pressed in this time belong together. */
  keyPauseMs: 2_000,
  /** A key's tone looks like voice from so long before its message to so long after it. */
  keyToneBeforeMs: 400,
  keyToneAfterMs: 300,

  /** Last words: the final transcript of what was said while hanging up. */
  lastWordsMs: 1_500,
  /** A socket that closed without a word: the carrier may come back with the next attempt. */
  goneAfterMs: 5_000,
  /** A goodbye may take so long. */
  goodbyeMs: 15_000,
} as const;

export interface InterruptionPolicy {
  /** Voice for so long stops the agent, for the time being; `null`: never. */
  readonly holdAfterMs: number | null;
  /** So many words stop the agent, beside one of the always-list; `null`: nothing does. */
  readonly words: number | null;
}

/** By the agent's `interruptionSensitivity`. */
export const interruptionPolicies: Readonly<Record<InterruptionSensitivity, InterruptionPolicy>> = {
  off: { holdAfterMs: null, words: null },
  low: { holdAfterMs: 900, words: 3 },
  medium: { holdAfterMs: 500, words: 2 },
  high: { holdAfterMs: 300, words: 1 },
};
