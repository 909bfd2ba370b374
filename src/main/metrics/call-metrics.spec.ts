import { expect, it } from '@jest/globals';
import { CallMetrics } from './call-metrics.js';

const unmeasured = {
  endpointingMs: null,
  transcriptMs: null,
  modelFirstTokenMs: null,
  synthesisFirstByteMs: null,
  leadingSilenceMs: null,
  firstFrameMs: null,
  playoutMs: null,
  responseMs: null,
  ownMs: null,
  interruptionMs: null,
};

const idle = { active: () => 0, waiting: async () => 0 };

it('counts the echoes of media streams that told them', async () => {
  const metrics = new CallMetrics(idle);
  const quality = {
    attempt: 1,
    receivedFrames: 1,
    sentFrames: 1,
    gaps: 0,
    gapMs: 0,
    longestGapMs: 0,
    jitterMs: 0,
    maxJitterMs: 0,
    underruns: 0,
    underrunMs: 0,
    lateMarks: 0,
  };
  metrics.count([
    { type: 'MediaQualityMeasured', data: { ...quality, echoes: 3 } },
    { type: 'MediaQualityMeasured', data: quality },
  ]);
  expect(await metrics.registry.metrics()).toContain('ledgerline_echoes_dropped_total 3\n');
});

it('counts what providers were used for, by what they bill', async () => {
  const metrics = new CallMetrics(idle);
  const heard = { capability: 'speech_to_text', provider: 'deepgram', model: null, requests: 1 } as const;
  const asked = { capability: 'language_model', provider: 'openai', model: 'gpt', requests: 2 } as const;
  metrics.count([
    { type: 'ProviderUsageMeasured', data: { attempt: 1, usage: [{ ...heard, heardMs: 61_500 }] } },
    {
      type: 'ProviderUsageMeasured',
      data: {
        attempt: 2,
        usage: [
          { ...heard, heardMs: 500 },
          { ...asked, inputTokens: 80, outputTokens: 9 },
        ],
      },
    },
  ]);
  const text = await metrics.registry.metrics();
  const used = (of: string, unit: string) => `ledgerline_provider_usage_total{${of},unit="${unit}"}`;
  const deepgram = 'capability="speech_to_text",provider="deepgram"';
  const openai = 'capability="language_model",provider="openai"';
  expect(text).toContain(`${used(deepgram, 'heard_seconds')} 62\n`);
  expect(text).toContain(`${used(openai, 'requests')} 2\n`);
  expect(text).toContain(`${used(openai, 'input_tokens')} 80\n`);
  expect(text).toContain(`${used(openai, 'output_tokens')} 9\n`);
  expect(text).not.toContain(used(openai, 'characters'));
});

it('counts what turns found in documents, what that took, and what was looked up in vain', async () => {
  const metrics = new CallMetrics(idle);
  const spoken = { turn: 1, heardText: '', heardMs: 0, interrupted: false, startedMs: 0, endedMs: 0 };
  const committed = { turn: 1, text: '', startedMs: 0, endedMs: 0, confidence: null };
  const speculation = { started: 2, promoted: true, leadMs: 10, wastedOutputTokens: 0, wastedRetrievals: 1 };
  const retrieved = { turn: 1, hits: [], ms: 120, atMs: 1 };
  metrics.count([
    { type: 'CallerTurnCommitted', data: { ...committed, endpointing: 'transcript', speculation } },
    { type: 'KnowledgeRetrieved', data: { ...retrieved, outcome: 'nothing' } },
    { type: 'KnowledgeRetrieved', data: { ...retrieved, outcome: 'timeout' } },
    { type: 'AgentTurnSpoken', data: { ...spoken, latency: { ...unmeasured, retrievalMs: 120 } } },
    { type: 'AgentTurnSpoken', data: { ...spoken, latency: unmeasured } },
  ]);
  const text = await metrics.registry.metrics();
  expect(text).toContain('ledgerline_retrievals_total{outcome="nothing"} 1\n');
  expect(text).toContain('ledgerline_retrievals_total{outcome="timeout"} 1\n');
  expect(text).toContain('ledgerline_speculation_wasted_retrievals_total 1\n');
  expect(text).toContain('ledgerline_turn_stage_seconds_sum{stage="retrieval",provider=""} 0.12\n');
  expect(text).toContain('ledgerline_turn_stage_seconds_count{stage="retrieval",provider=""} 1\n');
});

it('counts what came of transfers', async () => {
  const metrics = new CallMetrics(idle);
  const ended = { transfer: 1, durationSeconds: null, atMs: 1 };
  metrics.count([{ type: 'TransferEnded', data: { ...ended, outcome: 'no_answer' } }]);
  expect(await metrics.registry.metrics()).toContain('ledgerline_transfers_total{outcome="no_answer"} 1\n');
});
