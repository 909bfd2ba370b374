import type { TurnProviders } from '../../domain/call/conversation-events.js';
import type { CallEvent } from '../../domain/call/events.js';
import type { SpeechCut } from '../../domain/call/vocabulary.js';
import { consentHeard } from './consent.js';
import { nameOf } from './failures.js';
import { heardText } from './heard.js';
import { latencyOf } from './latency.js';
import { holds } from './rules.js';
import type { Reply } from './state.js';
import type { Transition } from './transition.js';
import { budgetExceeded } from './turn-budget.js';

/** How a reply ended: what was played of it, and what cut it; `null`: it was said to its end. */
interface Spoken {
  readonly heardMs: number;
  readonly cutBy: SpeechCut | null;
}

/** What the ledger is told of a reply that is over. */
export const spokenEvents = (t: Transition, reply: Reply, spoken: Spoken): readonly CallEvent[] => {
  switch (reply.kind) {
    case 'greeting':
      return greetingSpoken(t, reply, spoken);
    case 'prompt':
      return promptSpoken(t, reply, spoken);
    case 'answer':
      return answerSpoken(t, reply, spoken);
  }
};

const heardOf = ({ state }: Transition, { chunks }: Reply, { heardMs, cutBy }: Spoken) => ({
  heardText: heardText(chunks, heardMs),
  heardMs: Math.round(heardMs),
  interrupted: cutBy !== null,
  ...(cutBy !== null && holds(state.settings, 'cutsAreTold') && { cutBy }),
});

const greetingSpoken = (t: Transition, reply: Reply, spoken: Spoken): readonly CallEvent[] => {
  if (reply.firstSentAtMs === null) return [];
  const heard = heardOf(t, reply, spoken);
  const consent = consentHeard(t.state.settings, heard.heardText);
  return [{ type: 'GreetingSpoken', data: { ...heard, ...consent, atMs: t.nowMs } }];
};

/** Also of one that never began: that it was to be said is told already. */
const promptSpoken = (t: Transition, reply: Reply, spoken: Spoken): readonly CallEvent[] => {
  if (!holds(t.state.settings, 'promptsAreHeard')) return [];
  const { turn, firstSentAtMs: startedMs } = reply;
  const heard = heardOf(
    t,
    reply,
    startedMs === null ? { ...spoken, cutBy: spoken.cutBy ?? 'failure' } : spoken,
  );
  const consent = reply.saysConsent && consentHeard(t.state.settings, heard.heardText);
  return [{ type: 'PromptSpoken', data: { turn, ...heard, ...consent, startedMs, endedMs: t.nowMs } }];
};

const answerSpoken = (t: Transition, reply: Reply, spoken: Spoken): readonly CallEvent[] => {
  const { turn, firstSentAtMs: startedMs } = reply;
  if (startedMs === null) return [];
  const { settings } = t.state;
  const providers = providersOf(t, reply);
  // Conversations of before have no budget, and told less: they are replayed as they were.
  const tellsMore = settings.turnBudgetMs !== null;
  const retrieval = t.state.retrieval?.turn === turn ? t.state.retrieval : null;
  const exceeded = budgetExceeded(reply, settings, providers, retrieval);
  return [
    ...(exceeded ? [exceeded] : []),
    {
      type: 'AgentTurnSpoken',
      data: {
        turn,
        ...heardOf(t, reply, spoken),
        startedMs,
        endedMs: t.nowMs,
        latency: latencyOf(reply, interruptionMs(t, reply, spoken), retrieval),
        ...(tellsMore && { providers }),
      },
    },
  ];
};

/** The onset of the words that cut the answer → `clear`. */
const interruptionMs = (t: Transition, reply: Reply, { cutBy }: Spoken): number | null => {
  if (cutBy === null) return null;
  if (cutBy !== 'caller_speech' && holds(t.state.settings, 'cutsAreTold')) return null;
  return reply.gaveWay ? reply.gaveWay.tookMs : tookToInterruptMs(t, reply);
};

/** The same, where the words are there now: unless voice alone had held the agent before, it's now. */
export const tookToInterruptMs = (t: Transition, { holdTookMs }: Reply): number | null => {
  const { settings } = t.state;
  const { onsetAtMs } = t.caller;
  const isTold = holds(settings, 'cutsAreTold');
  if ((isTold || settings.turnBudgetMs !== null) && holdTookMs !== null) return holdTookMs;
  if (onsetAtMs === null || (isTold && !isOnsetOfWords(t))) return null;
  return t.nowMs - onsetAtMs;
};

/** Voice activity may have missed these words: then its last onset is that of a cough before them. */
const isOnsetOfWords = ({ caller: { voiced, lastVoiceAtMs }, state, nowMs }: Transition): boolean =>
  voiced || (lastVoiceAtMs !== null && nowMs - lastVoiceAtMs <= state.settings.finalWithinMs);

const providersOf = (t: Transition, { rank, chunks }: Reply): TurnProviders => ({
  speechToText: t.state.settings.providers.speech_to_text,
  languageModel: nameOf(t, 'language_model', rank),
  textToSpeech: chunks[0]?.model
    ? nameOf(t, 'language_model', 0)
    : nameOf(t, 'text_to_speech', t.state.voiceRank),
});
