import type { Effect } from '../../src/voice/turn-taking/effect.js';
import type { Input } from '../../src/voice/turn-taking/input.js';
import type { SimulatedCall } from './simulated-call.js';

interface Line {
  readonly atMs: number;
  readonly order: number;
  readonly text: string;
}

/** A call as a person reads it, a line each: when, by which attempt, what came in, what went out, what was recorded. */
export const timeLine = ({ attempts, plan }: SimulatedCall): readonly string[] => {
  const lines: Line[] = [];
  const add = (atMs: number, text: string) => lines.push({ atMs, order: lines.length, text });
  for (const [index, { conversation, lostAtMs, resumed }] of attempts.entries()) {
    const of = `#${index + 1}`;
    for (const { input, takenAtMs } of conversation.inputs) {
      if (input.type !== 'tick') add(takenAtMs, `${of} ▶ ${inputText(input)}`);
    }
    for (const { atMs, ...effect } of conversation.effects) {
      if (effect.type !== 'live') add(atMs, `${of}   ◀ ${effectText(effect as Effect)}`);
    }
    for (const { type, data, recordedAtMs } of conversation.events) {
      add(recordedAtMs, `${of}     ● ${type} ${JSON.stringify(data)}`);
    }
    if (resumed) add(conversation.inputs[0]?.takenAtMs ?? 0, `${of} resumes: ${JSON.stringify(resumed)}`);
    if (lostAtMs !== null) add(lostAtMs, `${of} is lost`);
  }
  lines.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
  const { acts: _, answers: __, ...settings } = plan;
  return [
    JSON.stringify(settings),
    ...lines.map(({ atMs, text }) => `${(atMs / 1_000).toFixed(3).padStart(9)}  ${text}`),
  ];
};

const inputText = ({ type, ...rest }: Input): string => `${type} ${JSON.stringify(rest)}`;
const effectText = ({ type, ...rest }: Effect): string => `${type} ${JSON.stringify(rest)}`;
