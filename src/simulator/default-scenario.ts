import { basename } from 'node:path';
import type { Scenario } from './scenario.js';

/** What is played where no scenario is given: a bit of everything. */
export const defaultScenario: Scenario = {
  name: 'a caller with questions',
  steps: [
    { waitForAgent: true },
    { say: 'Hello, what are your opening hours?' },
    { interrupt: 'Are you a real person?', afterMs: 1_500 },
    { press: '1' },
    { say: 'Thank you, goodbye.' },
    { hangUp: true },
  ],
};

/** A caller who waits for the greeting, lets a file be heard, and hears the answer. */
export const audioScenario = (path: string): Scenario => ({
  name: basename(path),
  steps: [{ waitForAgent: true }, { audio: path }, { hangUp: true }],
});
