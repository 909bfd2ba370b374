import { describe, expect, it } from '@jest/globals';
import { callSettings, defaultSettings } from '../domain/agent/defaults.js';
import { turnTakingOf } from './turn-taking-settings.js';

const sandbox = callSettings(defaultSettings('sandbox'));
const listener = { finalWithinMs: 350, interims: true, decidesTurns: true };

describe('how an agent takes turns', () => {
  it('is what its version says', () => {
    expect(turnTakingOf({ ...sandbox, responseDelayMs: 250, endPhrases: ['bye'] }, listener)).toMatchObject({
      turnDetection: 'voice_activity',
      interruptionSensitivity: 'medium',
      responseDelayMs: 250,
      callerTurnLimitMs: 90_000,
      endPhrases: ['bye'],
      finalWithinMs: 350,
      interims: true,
    });
  });

  it('goes by the provider only where that decides turns', () => {
    const agent = { ...sandbox, turnDetection: 'provider' } as const;
    expect(turnTakingOf(agent, listener).turnDetection).toBe('provider');
    expect(turnTakingOf(agent, { ...listener, decidesTurns: false }).turnDetection).toBe('voice_activity');
  });
});
