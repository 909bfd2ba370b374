/** Words of the caller's that a new stream of the speech-to-text may hear again. */
export interface Unsettled {
  readonly words: readonly string[];
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** The caller's utterance as far as it came. */
export interface Caller {
  readonly voiced: boolean;
  /** The latest onset. */
  readonly onsetAtMs: number | null;
  /** Voice is on, and isn't heard just now. */
  readonly paused: boolean;
  readonly lastVoiceAtMs: number | null;
  /** The first onset or word of what isn't committed yet. */
  readonly startedAtMs: number | null;
  readonly interim: string;
  readonly interimAtMs: number | null;
  /** The interims of utterances before it whose finals haven't come. */
  readonly earlierInterims: string;
  readonly finals: readonly string[];
  readonly confidence: number | null;
  readonly finalAtMs: number | null;
  /** `finalize` was asked at this stop, and its final hasn't come. */
  readonly awaitsFinal: boolean;
  /** When a full buffer asked for the words so far, beside the agent's voice; `null`: none did. */
  readonly askedAtMs: number | null;
  /** The latest sound or word. */
  readonly signalAtMs: number | null;
  /** Voice means nothing any more: it goes on and on without a word. */
  readonly degraded: boolean;
  /** When voice stopped last, in whatever turn. */
  readonly voiceEndedAtMs: number | null;
  /** The provider or the full buffer says that the turn is over: only its final is waited for. */
  readonly endedAtMs: number | null;
  /** The turn is too long: the agent doesn't wait for its end. */
  readonly cutIn: boolean;
  /** What was committed before its final came: that may still come, and says nothing new. */
  readonly unconfirmed: string;
  /** All that was committed since the last final, and isn't in one; `null`: nothing. */
  readonly unsettled: Unsettled | null;
  /** The speech-to-text's stream hears again what was said since then; `null`: it does no more. */
  readonly heardAgainFromMs: number | null;
  /** When that stream began; `null`: it's of an earlier turn. */
  readonly heardAgainAtMs: number | null;
}

export const silentCaller: Caller = {
  voiced: false,
  onsetAtMs: null,
  paused: false,
  lastVoiceAtMs: null,
  startedAtMs: null,
  interim: '',
  interimAtMs: null,
  earlierInterims: '',
  finals: [],
  confidence: null,
  finalAtMs: null,
  awaitsFinal: false,
  askedAtMs: null,
  signalAtMs: null,
  degraded: false,
  voiceEndedAtMs: null,
  endedAtMs: null,
  cutIn: false,
  unconfirmed: '',
  unsettled: null,
  heardAgainFromMs: null,
  heardAgainAtMs: null,
};
