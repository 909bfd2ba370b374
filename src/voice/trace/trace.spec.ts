import { describe, expect, it } from '@jest/globals';
import { NEWEST_RULES } from '../turn-taking/rules.js';
import { replayTrace } from './replay-trace.js';
import { parseTrace } from './trace.js';

/** As it was stored once: it never changes, since what was stored is read for ever. */
const FORMAT_1 = {
  format: 1,
  settings: {
    attempt: 2,
    language: 'de-AT',
    greeting: 'Hallo!',
    silenceTimeoutMs: 20000,
    maxDurationMs: 600000,
    answeredAtMs: 149,
    finalWithinMs: 500,
    interims: true,
    providers: { speech_to_text: 'sandbox', language_model: 'openai', text_to_speech: 'sandbox' },
  },
  inputs: [
    [150, { type: 'start', resumed: { turn: 3, unanswered: false, agentCutOff: true } }, 'w:2'],
    [900, { type: 'voice', on: true, atMs: 780 }],
    [1000, { type: 'transcript', text: 'Wann', final: false, confidence: null }],
    [1100, { type: 'transcript', text: 'Wann?', final: true, confidence: 0.93 }],
    [1200, { type: 'speech_to_text_failed', error: 'reset' }, 'w:3'],
    [1900, { type: 'tick' }, 'w:4'],
    [2000, { type: 'model_text', model: '2.1', delta: 'Um neun.' }],
    [2010, { type: 'model_tool_call', model: '2.1', call: { id: 't1', name: 'end_call', arguments: '{}' } }],
    [2020, { type: 'tool_result', id: 't1', ok: true, result: '{"ended":true}', endsCall: true }],
    [2030, { type: 'model_done', model: '2.1', usage: { inputTokens: 9, outputTokens: 4 } }],
    [2040, { type: 'model_failed', model: '2.2', error: 'deadline' }],
    [2100, { type: 'audio', reply: 2, chunk: 0, ms: 640, leadMs: 20, tailMs: 40, done: true }],
    [2110, { type: 'audio_failed', reply: 2, chunk: 1, error: 'closed' }],
    [2120, { type: 'sent', generation: 2, ms: 600 }],
    [2400, { type: 'mark', generation: 2, ms: 200 }],
    [2500, { type: 'key', digit: '#' }],
    [
      2600,
      {
        type: 'foreign',
        event: {
          type: 'CallStatusReported',
          data: { status: 'in-progress', sequence: 1, source: null, durationSeconds: null },
        },
      },
    ],
    [2700, { type: 'socket', state: 'stop' }],
  ],
  cut: false,
} as const;

describe('a trace', () => {
  it('of the first format is read, and can be replayed', () => {
    expect(parseTrace(structuredClone(FORMAT_1))).toEqual(FORMAT_1);
    const { steps, cut } = replayTrace(FORMAT_1);
    expect([steps.length, cut]).toEqual([FORMAT_1.inputs.length, false]);
    expect(steps[0]).toEqual({
      atMs: 150,
      commandId: 'w:2',
      events: [{ type: 'NoticeGiven', data: { notice: 'resumed', text: expect.any(String), atMs: 150 } }],
    });
  });

  it('keeps fields that it does not know: the reducer may', () => {
    const [first] = FORMAT_1.inputs;
    const input = { ...first[1], loudness: 7 };
    expect(parseTrace({ ...FORMAT_1, inputs: [[150, input]] }).inputs).toEqual([[150, input]]);
  });

  it('has since had more settings and inputs, and is of the same format with them', () => {
    const settings = {
      ...FORMAT_1.settings,
      turnDetection: 'fixed_buffer',
      interruptionSensitivity: 'low',
      responseDelayMs: 100,
      callerTurnLimitMs: null,
      endPhrases: ['bye'],
      speculates: true,
      sideEffectTools: ['book'],
    };
    const inputs = [
      [150, { type: 'start', resumed: null }],
      [300, { type: 'transcript', text: 'Hm', final: false, confidence: null, turn: 'probably_ended' }],
      [400, { type: 'media', flows: false }],
      [2000, { type: 'buffer_full' }],
    ];
    const trace = { ...FORMAT_1, settings, inputs };
    expect(parseTrace(structuredClone(trace))).toEqual(trace);
    expect(replayTrace(trace).steps).toHaveLength(inputs.length);
  });

  it('says by which rules its conversation was led; without it, by the first', () => {
    const inputs = [
      [150, { type: 'start', resumed: null }],
      [200, { type: 'audio', reply: 1, chunk: 0, ms: 640, leadMs: 0, tailMs: 0, done: true }],
      [210, { type: 'sent', generation: 1, ms: 640 }],
      [300, { type: 'socket', state: 'stop' }],
    ];
    const spoken = (settings: object) =>
      replayTrace({ ...FORMAT_1, settings: { ...FORMAT_1.settings, ...settings }, inputs }).steps.at(-1)
        ?.events[0];
    expect(spoken({})).toMatchObject({ type: 'GreetingSpoken', data: { interrupted: true } });
    expect(spoken({})?.data).not.toHaveProperty('cutBy');
    expect(spoken({ rules: 1 })).toEqual(spoken({}));
    expect(spoken({ rules: NEWEST_RULES })).toMatchObject({ data: { cutBy: 'caller_hung_up' } });
  });

  it.each([
    [{ ...FORMAT_1, settings: { ...FORMAT_1.settings, rules: NEWEST_RULES + 1 } }, 'settings.rules'],
    [{ ...FORMAT_1, format: 2 }, 'format'],
    [{ ...FORMAT_1, settings: {} }, 'settings.attempt'],
    [
      { ...FORMAT_1, settings: { ...FORMAT_1.settings, turnDetection: 'telepathy' } },
      'settings.turnDetection',
    ],
    [
      { ...FORMAT_1, settings: { ...FORMAT_1.settings, interruptionSensitivity: null } },
      'settings.interruptionSensitivity',
    ],
    [{ ...FORMAT_1, settings: { ...FORMAT_1.settings, endPhrases: 'goodbye' } }, 'settings.endPhrases'],
    [
      { ...FORMAT_1, settings: { ...FORMAT_1.settings, fallbacks: { language_model: [] } } },
      'settings.fallbacks.text_to_speech',
    ],
    [{ ...FORMAT_1, inputs: [[1, { type: 'telepathy' }]] }, 'inputs.0'],
    [{ ...FORMAT_1, inputs: [[1, { type: 'foreign', event: 'CallEnded' }]] }, 'inputs.0'],
    [null, 'it'],
  ])('is refused where it is none: %#', (value, field) => {
    expect(() => parseTrace(value)).toThrow(
      new RegExp(
        `^A media stream's trace can't be read: ${field.replaceAll('.', '\\.')} is not as it's written`,
      ),
    );
  });
});
