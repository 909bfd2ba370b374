import type { Utterance } from './agent-speech.js';
import type { CallerAct } from './caller.js';

/** What the caller said or pressed, and what the agent made of it. Times in ms on the call's clock. */
export interface Turn {
  readonly step: number;
  readonly kind: CallerAct['kind'];
  readonly text: string;
  readonly interrupts: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  /** The agent was talking when the caller began. */
  readonly overAgent: boolean;
  /** From the end of the caller's speech to the agent's first sound; `null`: none before the caller went on. */
  readonly responseMs: number | null;
  /** From the caller's first sound until the agent was silent; `null` where it wasn't stopped. */
  readonly interruptionMs: number | null;
}

export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** A turn for each thing that the caller did, of speech with long pauses for each part of it. */
export const measureTurns = (
  acts: readonly CallerAct[],
  utterances: readonly Utterance[],
): readonly Turn[] => {
  const parts = acts.flatMap((act) => act.spans.map((span) => ({ ...act, ...span })));
  return parts.map(({ step, kind, text, interrupts, fromMs, toMs }, at) => {
    const untilMs = parts[at + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    const answer = utterances.find(({ voicedFromMs }) => voicedFromMs >= toMs && voicedFromMs < untilMs);
    const talkedOver = utterances.find(
      ({ voicedFromMs, voicedToMs }) => voicedFromMs <= fromMs && fromMs < voicedToMs,
    );
    const isStopped = talkedOver?.cut === true && talkedOver.voicedToMs < untilMs;
    return {
      step,
      kind,
      text,
      interrupts,
      fromMs,
      toMs,
      overAgent: talkedOver !== undefined,
      responseMs: answer ? answer.voicedFromMs - toMs : null,
      interruptionMs: isStopped ? talkedOver.voicedToMs - fromMs : null,
    };
  });
};

/** By nearest rank; `null`: there is nothing to measure. */
export const spreadOf = (values: readonly (number | null)[]): Spread | null => {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const max = sorted.at(-1);
  if (max === undefined) return null;
  const percentile = (percent: number): number =>
    sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? max;
  return { count: sorted.length, p50: percentile(50), p95: percentile(95), max };
};
