/** The conversation's rules as numbers; voice.md's measurements of this field's systems are the source of each. */
export const policy = {
  /** A complete sentence is answered so soon after its last sound. */
  completeDelayMs: 400,
  /** Neither complete nor trailing off. */
  uncertainDelayMs: 800,
  /** "and", "um", a comma: more is coming. */
  trailingDelayMs: 2_000,
  /** "yes", "no", a number: there is nothing more to come. */
  shortAnswerDelayMs: 300,
  /** The safety net: a turn ends so long after the last sound or word. */
  forceAfterMs: 5_000,
  /** Voice for so long without a word is noise that only sounds like voice. */
  degradedAfterMs: 8_000,

  /** Voice for so long stops the agent, for the time being. */
  holdAfterMs: 500,
  /** At first the carrier's echo canceller still learns: voice alone may be the agent's own. */
  echoGuardMs: 3_000,
  /** Held for so long without a word: the agent goes on. */
  resumeAfterMs: 2_000,
  /** Going on starts at the word that was cut, when it isn't farther back. */
  resumeBackMs: 300,
  /** False alarms in a call until voice alone doesn't stop the agent any more. */
  falseHoldsPerCall: 2,
  /** Words that stop the agent, beside the always-list. */
  interruptWords: 2,
  /** How much of a transcript must be the agent's own words, in order, to be its echo; and how far back. */
  echoShare: 0.8,
  echoWindowMs: 4_000,

  /** The model's first token. */
  modelDeadlineMs: 2_000,
  /** A model that began may pause so long. */
  modelStallMs: 5_000,
  /** The synthesis' first byte of a chunk. */
  synthesisDeadlineMs: 2_000,
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
