import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { TurnLatency, TurnProviders } from '../../domain/call/conversation-events.js';
import type { CallEvent } from '../../domain/call/events.js';
import type { ProviderUsage } from '../../domain/call/media-events.js';

/** From what a person can't notice to what nobody waits for; 2 s is a turn's usual budget. */
const BUCKETS_S = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10];

type Speculated = Extract<CallEvent, { type: 'CallerTurnCommitted' }>['data']['speculation'];

interface Stage {
  readonly name: string;
  readonly of: keyof TurnLatency;
  /** Who takes that time; absent: the platform, the caller and the carrier. */
  readonly provider?: keyof TurnProviders;
}

/** A turn's waterfall, as in its event. */
const STAGES: readonly Stage[] = [
  { name: 'endpointing', of: 'endpointingMs' },
  { name: 'transcript', of: 'transcriptMs', provider: 'speechToText' },
  { name: 'retrieval', of: 'retrievalMs' },
  { name: 'model_first_token', of: 'modelFirstTokenMs', provider: 'languageModel' },
  { name: 'synthesis_first_byte', of: 'synthesisFirstByteMs', provider: 'textToSpeech' },
  { name: 'leading_silence', of: 'leadingSilenceMs', provider: 'textToSpeech' },
  { name: 'first_frame', of: 'firstFrameMs' },
  { name: 'playout', of: 'playoutMs' },
  { name: 'response', of: 'responseMs' },
  { name: 'own', of: 'ownMs' },
  { name: 'interruption', of: 'interruptionMs' },
];

/** What providers bill by, as in its event. */
const USAGE_UNITS = [
  { unit: 'requests', of: 'requests', factor: 1 },
  { unit: 'heard_seconds', of: 'heardMs', factor: 1 / 1_000 },
  { unit: 'characters', of: 'characters', factor: 1 },
  { unit: 'spoken_seconds', of: 'spokenMs', factor: 1 / 1_000 },
  { unit: 'input_tokens', of: 'inputTokens', factor: 1 },
  { unit: 'output_tokens', of: 'outputTokens', factor: 1 },
] as const;

/** What is so at the moment. */
export interface CallsNow {
  /** Calls that this process carries. */
  readonly active: () => number;
  /** Calls that wait for a line, and asked this process last. */
  readonly waiting: () => Promise<number>;
}

const counter = <Label extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly Label[],
) => new Counter<Label>({ name, help, labelNames, registers: [registry] });

/**
 * What this process's calls went through, for Prometheus: counted from the events that it has stored, so that the sum over
 * all processes is what the ledger says. No label names a tenant, an agent or a person.
 */
export class CallMetrics {
  readonly registry = new Registry();
  readonly #stages = new Histogram({
    name: 'ledgerline_turn_stage_seconds',
    help: 'How long each stage of an answered turn took; response is what the caller waited, own the part of the platform itself.',
    labelNames: ['stage', 'provider'] as const,
    buckets: BUCKETS_S,
    registers: [this.registry],
  });
  readonly #answered = counter(this.registry, 'ledgerline_calls_answered_total', 'Calls answered.', []);
  readonly #rejected = counter(this.registry, 'ledgerline_calls_rejected_total', 'Calls not taken.', [
    'reason',
  ]);
  readonly #ended = counter(this.registry, 'ledgerline_calls_ended_total', 'Calls that ended.', ['reason']);
  readonly #transfers = counter(
    this.registry,
    'ledgerline_transfers_total',
    'Persons that were dialed to take a call over, and are done.',
    ['outcome'],
  );
  readonly #overBudget = counter(
    this.registry,
    'ledgerline_turns_over_budget_total',
    'Turns answered later than their budget, by the slowest stage.',
    ['stage'],
  );
  readonly #speculations = counter(
    this.registry,
    'ledgerline_speculations_total',
    'Answers begun before the caller was known to be done.',
    ['outcome'],
  );
  readonly #wasted = counter(
    this.registry,
    'ledgerline_speculation_wasted_output_tokens_total',
    'Tokens that models wrote for answers that were dropped.',
    [],
  );
  readonly #wastedRetrievals = counter(
    this.registry,
    'ledgerline_speculation_wasted_retrievals_total',
    "Looks into the tenants' documents for answers that were dropped.",
    [],
  );
  readonly #retrievals = counter(
    this.registry,
    'ledgerline_retrievals_total',
    "Turns that were looked up in the tenant's documents.",
    ['outcome'],
  );
  readonly #failures = counter(
    this.registry,
    'ledgerline_provider_failures_total',
    'What a provider or a tool failed at, in a call.',
    ['capability', 'provider'],
  );
  readonly #used = counter(
    this.registry,
    'ledgerline_provider_usage_total',
    'What media streams that are over used of their providers, by what these bill.',
    ['capability', 'provider', 'unit'],
  );
  readonly #echoes = counter(
    this.registry,
    'ledgerline_echoes_dropped_total',
    "Transcripts, interim ones too, that were dropped as the agent's own words.",
    [],
  );

  constructor({ active, waiting }: CallsNow) {
    new Gauge({
      name: 'ledgerline_calls_active',
      help: 'Calls that this process carries now.',
      registers: [this.registry],
      collect() {
        this.set(active());
      },
    });
    new Gauge({
      name: 'ledgerline_calls_waiting',
      help: 'Calls that wait for a line, and asked this process last.',
      registers: [this.registry],
      async collect() {
        // Nobody knows while PostgreSQL is away; the other metrics are told all the same.
        this.set(await waiting().catch(() => Number.NaN));
      },
    });
  }

  /** Events that this process has stored: each once, in order. */
  count(events: readonly CallEvent[]): void {
    for (const event of events) this.#countOne(event);
  }

  #countOne({ type, data }: CallEvent): void {
    if (type === 'AgentTurnSpoken') this.#countTurn(data.latency, data.providers);
    else if (type === 'CallAnswered') this.#answered.inc();
    else if (type === 'CallRejected') this.#rejected.inc({ reason: data.reason });
    else if (type === 'CallEnded') this.#ended.inc({ reason: data.reason });
    else if (type === 'TransferEnded') this.#transfers.inc({ outcome: data.outcome });
    else if (type === 'TurnBudgetExceeded') this.#overBudget.inc({ stage: data.slowestStage });
    else if (type === 'CallerTurnCommitted') this.#countSpeculation(data.speculation);
    else if (type === 'KnowledgeRetrieved') this.#retrievals.inc({ outcome: data.outcome });
    else if (type === 'MediaQualityMeasured') this.#echoes.inc(data.echoes ?? 0);
    else if (type === 'ProviderUsageMeasured') for (const usage of data.usage) this.#countUsage(usage);
    else if (type === 'ProviderFailed') {
      this.#failures.inc({ capability: data.capability, provider: data.provider });
    }
  }

  #countTurn(latency: TurnLatency, providers: TurnProviders | undefined): void {
    for (const { name, of, provider } of STAGES) {
      const ms = latency[of];
      const served = provider === undefined ? '' : (providers?.[provider] ?? '');
      if (ms != null) this.#stages.observe({ stage: name, provider: served }, ms / 1_000);
    }
  }

  #countUsage({ capability, provider, model: _, ...counts }: ProviderUsage): void {
    for (const { unit, of, factor } of USAGE_UNITS) {
      const used = counts[of];
      if (used !== undefined) this.#used.inc({ capability, provider, unit }, used * factor);
    }
  }

  #countSpeculation(speculation: Speculated | undefined): void {
    if (!speculation) return;
    const { started, promoted, wastedOutputTokens, wastedRetrievals = 0 } = speculation;
    const taken = promoted ? 1 : 0;
    this.#speculations.inc({ outcome: 'promoted' }, taken);
    this.#speculations.inc({ outcome: 'dropped' }, started - taken);
    this.#wasted.inc(wastedOutputTokens);
    this.#wastedRetrievals.inc(wastedRetrievals);
  }
}
