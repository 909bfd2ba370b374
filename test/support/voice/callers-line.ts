/** From when to when, on the call's clock. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Voice as the session notices it, and when its edges are told. */
export interface HeardRun extends Stretch {
  readonly onAtMs: number;
  readonly offAtMs: number;
}

/** The detector tells an onset and a stop so long after them; a shorter pause is none. */
export const HANGOVER_MS = 300;
const ONSET_MS = 120;

/** As in the session: without media for so long silence stands in for it, the line hangs, and it's gone. */
const SILENCE_AFTER_MS = 750;
const STALLED_AFTER_MS = 5_000;
const GONE_AFTER_MS = 10_000;
const WATCH_EVERY_MS = 250;

/** The caller's media on their way to the session: stretches of them never come. */
export class CallersLine {
  readonly gaps: readonly Stretch[];
  readonly #startMs: number;

  /** `gaps`: in their order, none within another. `startMs`: when the session begins to watch. */
  constructor(gaps: readonly Stretch[] = [], startMs = 0) {
    this.#startMs = startMs;
    this.gaps = gaps
      .filter(({ toMs }) => toMs > startMs)
      .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, startMs), toMs }));
  }

  isLostAt(atMs: number): boolean {
    return this.#gapAt(atMs) !== undefined;
  }

  /** When the audio of a moment is there; of a gap, silence is once media come again. */
  arrivesAtMs(atMs: number): number {
    return this.#gapAt(atMs)?.toMs ?? atMs;
  }

  /** What of a stretch comes through. */
  pieces(fromMs: number, toMs: number): readonly Stretch[] {
    const pieces: Stretch[] = [];
    let startMs = fromMs;
    for (const gap of this.gaps) {
      if (gap.toMs <= fromMs || gap.fromMs >= toMs) continue;
      if (gap.fromMs > startMs) pieces.push({ fromMs: startMs, toMs: gap.fromMs });
      startMs = gap.toMs;
    }
    if (startMs < toMs) pieces.push({ fromMs: startMs, toMs });
    return pieces;
  }

  /** The runs that voice activity makes of a voice. */
  runs(fromMs: number, toMs: number): readonly HeardRun[] {
    const pieces = this.pieces(fromMs, toMs);
    const isWhole = pieces.length === 1 && pieces[0]?.fromMs === fromMs && pieces[0].toMs === toMs;
    const joined = isWhole ? pieces : joinedRuns(pieces);
    return joined.map((run) => ({
      ...run,
      onAtMs: run.fromMs + ONSET_MS,
      offAtMs: this.#silenceAtMs(run.toMs + HANGOVER_MS),
    }));
  }

  /** When the session says that the line hangs, and that it's gone, if nothing comes after a gap's begin until then. */
  stalledAtMs({ fromMs }: Stretch): number {
    return this.#watchAtMs(fromMs + STALLED_AFTER_MS);
  }

  goneAtMs({ fromMs }: Stretch): number {
    return this.#watchAtMs(fromMs + GONE_AFTER_MS);
  }

  /** Silence stands in for a gap's media, or fills it as soon as they come again. */
  #silenceAtMs(atMs: number): number {
    const gap = this.#gapAt(atMs - 1);
    return gap ? Math.min(gap.toMs, Math.max(atMs, this.#watchAtMs(gap.fromMs + SILENCE_AFTER_MS))) : atMs;
  }

  #watchAtMs(atMs: number): number {
    return this.#startMs + Math.ceil((atMs - this.#startMs) / WATCH_EVERY_MS) * WATCH_EVERY_MS;
  }

  #gapAt(atMs: number): Stretch | undefined {
    return this.gaps.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  }
}

const joinedRuns = (pieces: readonly Stretch[]): readonly Stretch[] => {
  const runs: Stretch[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last && piece.fromMs - last.toMs < HANGOVER_MS) runs[runs.length - 1] = { ...last, toMs: piece.toMs };
    else if (piece.toMs - piece.fromMs >= ONSET_MS) runs.push(piece);
  }
  return runs;
};
