import { BYTES_PER_MS, voicedSpans } from './voiced-spans.js';

/** What the agent said without a pause, as the caller heard it. */
export interface Utterance {
  readonly fromMs: number;
  readonly toMs: number;
  /** Without its silence at either end. */
  readonly voicedFromMs: number;
  readonly voicedToMs: number;
  /** The platform threw its rest away. */
  readonly cut: boolean;
}

/** The buffer ran empty, and the agent wasn't finished. */
export interface Underrun {
  readonly atMs: number;
  readonly gapMs: number;
}

/** After less than this the same utterance goes on: nobody else had the time to begin. */
const SAME_UTTERANCE_MS = 400;
/** After less than this the agent goes on with what it was saying, if the caller did nothing meanwhile. */
const STALL_MS = 2_000;

interface Heard {
  readonly fromMs: number;
  toMs: number;
  voicedFromMs: number | null;
  voicedToMs: number;
  cut: boolean;
  isOver: boolean;
}

type Voiced = Heard & { readonly voicedFromMs: number };

/** The agent, by what was played to the caller: its utterances, and where it faltered. */
export class AgentSpeech {
  readonly #heard: Heard[] = [];
  readonly #underruns: Underrun[] = [];
  readonly #onTalk: (talk: 'started' | 'stopped' | 'cut', atMs: number) => void;
  #callerActedAtMs = Number.NEGATIVE_INFINITY;
  #deaf = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY };

  constructor(onTalk: (talk: 'started' | 'stopped' | 'cut', atMs: number) => void) {
    this.#onTalk = onTalk;
  }

  get utterances(): readonly Utterance[] {
    return this.#heard.filter(isVoiced).map(({ isOver, ...utterance }) => utterance);
  }

  get underruns(): readonly Underrun[] {
    return this.#underruns;
  }

  /**
   * Audio begins after the buffer was empty for `gapMs` (`null`: it's the first, or the buffer was cleared). The gap is an
   * underrun where the same utterance goes on after it, or where the agent goes on though the caller did nothing.
   */
  onStart(atMs: number, gapMs: number | null): void {
    const last = this.#heard.at(-1);
    if (last && gapMs !== null) {
      const goesOn = gapMs < SAME_UTTERANCE_MS;
      const isAlone = this.#callerActedAtMs < last.fromMs;
      const isUnderrun = goesOn || (isAlone && gapMs < STALL_MS);
      if (isUnderrun && !this.#wasDeaf(atMs - gapMs)) this.#underruns.push({ atMs: atMs - gapMs, gapMs });
      if (goesOn) return;
    }
    if (last) this.#end(last, last.toMs);
    this.#heard.push({
      fromMs: atMs,
      toMs: atMs,
      voicedFromMs: null,
      voicedToMs: atMs,
      cut: false,
      isOver: false,
    });
  }

  onPlayed(fromMs: number, muLaw: Uint8Array): void {
    const current = this.#heard.at(-1);
    if (!current) return;
    current.toMs = fromMs + muLaw.length / BYTES_PER_MS;
    for (const span of voicedSpans(muLaw, 0)) {
      if (current.voicedFromMs === null) {
        current.voicedFromMs = fromMs + span.fromMs;
        this.#onTalk('started', current.voicedFromMs);
      }
      current.voicedToMs = fromMs + span.toMs;
    }
  }

  onCut(atMs: number): void {
    const current = this.#heard.at(-1);
    if (!current) return;
    current.cut = true;
    this.#end(current, atMs);
  }

  /**
   * The simulator itself didn't run. What arrived meanwhile is seen only at the end of it, so nobody can say that a buffer
   * which ran empty in that time was left empty by the platform.
   */
  onDeaf(fromMs: number, toMs: number): void {
    this.#deaf = { fromMs, toMs };
  }

  /** The caller speaks, or presses a key. */
  onCaller(atMs: number): void {
    this.#callerActedAtMs = atMs;
  }

  /** Nothing plays: an utterance that was is over once nothing followed for long enough. */
  onSilence(nowMs: number): void {
    const current = this.#heard.at(-1);
    if (current && nowMs - current.toMs >= SAME_UTTERANCE_MS) this.#end(current, current.toMs);
  }

  /** The media stream is over. */
  onStreamEnded(): void {
    const current = this.#heard.at(-1);
    if (current) this.#end(current, current.toMs);
  }

  /** When what the agent says, or said last, became audible, if it was heard after `sinceMs`. What was cut is no answer. */
  answeredSince(sinceMs: number): number | null {
    const answer = this.#heard.findLast(isVoiced);
    if (!answer || answer.voicedToMs <= sinceMs) return null;
    return answer.cut && answer.voicedFromMs < sinceMs ? null : answer.voicedFromMs;
  }

  silentForMs(nowMs: number): number {
    const last = this.#heard.findLast(isVoiced);
    return last ? nowMs - last.voicedToMs : Number.POSITIVE_INFINITY;
  }

  #wasDeaf(atMs: number): boolean {
    return this.#deaf.fromMs <= atMs && atMs < this.#deaf.toMs;
  }

  #end(utterance: Heard, atMs: number): void {
    if (utterance.isOver) return;
    utterance.isOver = true;
    if (utterance.voicedFromMs !== null) this.#onTalk(utterance.cut ? 'cut' : 'stopped', atMs);
  }
}

const isVoiced = (utterance: Heard): utterance is Voiced => utterance.voicedFromMs !== null;
