import type { Scenario } from '../../simulator/scenario.js';

/** Who is called, and what the caller does. */
export const scene = {
  tenant: 'Rosewood Dental',
  agent: 'Ada',
  number: '+14155550100',
  caller: '+14155550123',
  greeting: 'Hello, this is Ada at Rosewood Dental. How can I help you?',
  systemPrompt: `You are Ada, the receptionist of Rosewood Dental. Answer in one or two short sentences.

On weekdays we are open from eight to six.
On Saturday we are open from nine to one.
A check-up costs eighty dollars, takes half an hour, and includes cleaning and a talk with the dentist about your teeth.
Parking is free behind the house.
Press 1 for emergencies: please come at once.
When the caller says goodbye, say goodbye and end the call.`,
} as const;

export const scenario: Scenario = {
  name: 'the demo',
  steps: [
    { waitForAgent: true },
    { say: 'Hello, are you open on Saturday?' },
    { say: 'How much does a check-up cost?' },
    { interrupt: 'Wait, where can I park my car?', afterMs: 2_000 },
    { press: '1' },
    { say: 'Thank you!' },
    { hangUp: true },
  ],
  expect: { unanswered: 0 },
};
