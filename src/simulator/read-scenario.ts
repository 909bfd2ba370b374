import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';
import { parseScenario, type Scenario, type Step } from './scenario.js';

/** Reads a scenario's JSON file; its audio files are found from there. Throws `BAD_USER_INPUT`. */
export const readScenario = async (path: string): Promise<Scenario> => {
  const scenario = parseScenario(await readJson(path), path);
  const directory = dirname(path);
  return { ...scenario, steps: scenario.steps.map((step) => withPath(step, directory)) };
};

const withPath = (step: Step, directory: string): Step =>
  'audio' in step ? { ...step, audio: resolve(directory, step.audio) } : step;

const readJson = async (path: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `The scenario ${path} can't be read: ${messageOf(cause)}.`,
      {},
      { cause },
    );
  }
};
