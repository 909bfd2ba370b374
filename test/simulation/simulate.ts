import { messageOf } from '../../src/domain/errors.js';
import { planCall } from './call-plan.js';
import { invariants } from './invariants.js';
import { SimulatedCall } from './simulated-call.js';
import { timeLine } from './time-line.js';

export interface BrokenCall {
  readonly number: number;
  /** What doesn't hold, why, and what happened: for a person to read. */
  readonly report: string;
}

/** Plays one call and holds it to every invariant; `null`: all hold. */
export const simulateCall = (seed: number, number: number): BrokenCall | null => {
  const call = new SimulatedCall(planCall(seed, number));
  const problems: string[] = [];
  try {
    call.run();
    for (const [name, holds] of Object.entries(invariants)) {
      try {
        holds(call);
      } catch (error) {
        problems.push(`A call ${name}: ${firstLines(messageOf(error))}`);
      }
    }
  } catch (error) {
    problems.push(`The call broke off: ${messageOf(error)}`);
  }
  if (problems.length === 0) return null;
  const again = `npm run simulate:calls -- --seed ${seed} --call ${number}`;
  return { number, report: [...problems, `Again: ${again}`, '', ...timeLine(call)].join('\n') };
};

const firstLines = (text: string): string => text.split('\nafter\n')[0]?.slice(0, 2_000) ?? '';
