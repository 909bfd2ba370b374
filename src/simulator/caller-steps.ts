import { type CallerAudio, callerAudio, fileAudio, speechAudio } from './caller-audio.js';
import { keyTone } from './key-tones.js';
import { AFTER_AGENT_MS, type Scenario, type Step, type StepTiming } from './scenario.js';

/** When a step begins. */
export type Cue =
  /** The agent has answered, and has been silent for so long. */
  | { readonly on: 'silence'; readonly ms: number }
  /** So long after the agent began to speak. */
  | { readonly on: 'speech'; readonly ms: number }
  | { readonly on: 'now' };

/** A step with all that it needs: nothing is read or made while the call is under way. */
export type CallerStep =
  | {
      readonly type: 'speak';
      readonly cue: Cue;
      readonly audio: CallerAudio;
      readonly text: string;
      readonly interrupts: boolean;
    }
  | {
      readonly type: 'press';
      readonly cue: Cue;
      readonly digits: string;
      readonly tones: readonly CallerAudio[];
    }
  | { readonly type: 'pause'; readonly ms: number }
  | { readonly type: 'wait'; readonly cue: Cue }
  | { readonly type: 'hang_up'; readonly cue: Cue; readonly vanishes: boolean };

const DEFAULT_LANGUAGE = 'en';

/** Makes the scenario's speech and reads its files. Throws `BAD_USER_INPUT` for a file that can't be played. */
export const prepareSteps = async ({
  steps,
  language = DEFAULT_LANGUAGE,
}: Scenario): Promise<readonly CallerStep[]> => {
  const prepared = await Promise.all(steps.map((step) => prepare(step, language)));
  if (prepared.at(-1)?.type === 'hang_up') return prepared;
  return [...prepared, { type: 'hang_up', cue: cueOf({}), vanishes: false }];
};

const prepare = async (step: Step, language: string): Promise<CallerStep> => {
  if ('pauseMs' in step) return { type: 'pause', ms: step.pauseMs };
  if ('interrupt' in step) {
    const { interrupt: text } = step;
    return {
      type: 'speak',
      cue: cueOf(step),
      audio: await speechAudio(text, language),
      text,
      interrupts: true,
    };
  }
  const cue = cueOf(step);
  if ('waitForAgent' in step) return { type: 'wait', cue };
  if ('hangUp' in step) return { type: 'hang_up', cue, vanishes: step.hangUp === 'vanish' };
  if ('press' in step) {
    const digits = step.press;
    const tones = step.tone === false ? [] : [...digits].map((digit) => callerAudio(keyTone(digit)));
    return { type: 'press', cue, digits, tones };
  }
  const isSpeech = 'say' in step;
  return {
    type: 'speak',
    cue,
    audio: await (isSpeech ? speechAudio(step.say, language) : fileAudio(step.audio)),
    text: isSpeech ? step.say : step.audio,
    interrupts: 'afterMs' in step && step.afterMs !== undefined,
  };
};

const cueOf = ({ atOnce, afterMs, afterAgentMs = AFTER_AGENT_MS }: StepTiming): Cue => {
  if (atOnce) return { on: 'now' };
  return afterMs === undefined ? { on: 'silence', ms: afterAgentMs } : { on: 'speech', ms: afterMs };
};
