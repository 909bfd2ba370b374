import type { TurnProviders } from '../../domain/call/conversation-events.js';
import type { CallEvent } from '../../domain/call/events.js';
import type { Retrieval } from './retrieval-state.js';
import { grantedDelayMs } from './rules.js';
import type { ConversationSettings, Reply, Stages } from './state.js';

type Exceeded = Extract<CallEvent, { type: 'TurnBudgetExceeded' }>;
type StageName = Exceeded['data']['slowestStage'];

interface Stage {
  readonly name: StageName;
  readonly ms: number;
  readonly provider: string | null;
}

/** That an answer began later than its turn's budget allows, and what took longest of it; `null`: it didn't. `retrieval`: its turn's. */
export const budgetExceeded = (
  { turn, stages, firstSentAtMs }: Reply,
  settings: Pick<ConversationSettings, 'turnBudgetMs' | 'rules' | 'responseDelayMs'>,
  providers: TurnProviders,
  retrieval: Retrieval | null,
): Exceeded | null => {
  const { turnBudgetMs } = settings;
  if (turnBudgetMs === null || stages?.lastVoiceAtMs == null || firstSentAtMs === null) return null;
  const delayMs = grantedDelayMs(settings);
  const budgetMs = turnBudgetMs + delayMs;
  const responseMs = Math.round(firstSentAtMs - stages.lastVoiceAtMs);
  if (responseMs <= budgetMs) return null;
  // The agent's own delay is part of the first stage, and slowed nothing.
  const ends = endsOf({ ...stages, firstSentAtMs }, retrieval, providers);
  const [slowest] = stagesOf(ends, stages.lastVoiceAtMs + delayMs).sort((a, b) => b.ms - a.ms);
  if (!slowest) return null;
  const { name: slowestStage, ms, provider } = slowest;
  const data = { turn, responseMs, budgetMs, slowestStage, stageMs: Math.round(ms), provider };
  return { type: 'TurnBudgetExceeded', data };
};

type StageEnd = readonly [name: StageName, atMs: number | null, provider: string | null];

const endsOf = (
  stages: Stages & { readonly firstSentAtMs: number },
  retrieval: Retrieval | null,
  { speechToText, languageModel, textToSpeech }: TurnProviders,
): readonly StageEnd[] => {
  const { committedAtMs, finalAtMs, firstTokenAtMs, firstSayAtMs, firstAudioAtMs, firstSentAtMs } = stages;
  // The turn waited for the words where they were the last thing to come.
  const waitedForWords = finalAtMs !== null && finalAtMs >= committedAtMs;
  return [
    waitedForWords ? ['transcript', committedAtMs, speechToText] : ['endpointing', committedAtMs, null],
    ['retrieval', retrieval?.result?.endedAtMs ?? null, null],
    ['model_first_token', firstTokenAtMs, languageModel],
    ['model_text', firstSayAtMs, languageModel],
    ['synthesis_first_byte', firstAudioAtMs, textToSpeech],
    ['first_frame', firstSentAtMs, null],
  ];
};

/** One after the other, without gaps: what a stage doesn't know began with the one before it. */
const stagesOf = (ends: readonly StageEnd[], fromMs: number): Stage[] => {
  const found: Stage[] = [];
  let begunAtMs = fromMs;
  for (const [name, endAtMs, provider] of ends) {
    if (endAtMs === null) continue;
    found.push({ name, ms: Math.max(0, endAtMs - begunAtMs), provider });
    begunAtMs = Math.max(begunAtMs, endAtMs);
  }
  return found;
};
