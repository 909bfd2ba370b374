import type { CallSettings } from '../domain/agent/defaults.js';
import type { SpeechToTextTraits } from '../providers/speech-to-text.js';
import { sideEffectTools } from '../voice/tools.js';
import type { ConversationSettings } from '../voice/turn-taking/state.js';

type TurnTaking =
  | 'finalWithinMs'
  | 'interims'
  | 'turnDetection'
  | 'interruptionSensitivity'
  | 'responseDelayMs'
  | 'callerTurnLimitMs'
  | 'endPhrases'
  | 'speculates'
  | 'sideEffectTools';

/** How a version of an agent takes turns, as the conversation is told. `listener`: its speech-to-text. */
export const turnTakingOf = (
  agent: CallSettings,
  listener: SpeechToTextTraits,
): Pick<ConversationSettings, TurnTaking> => {
  const { turnDetection, interruptionSensitivity, responseDelayMs, callerTurnLimitMs, endPhrases } = agent;
  const nobodyDecides = turnDetection === 'provider' && !listener.decidesTurns;
  return {
    finalWithinMs: listener.finalWithinMs,
    interims: listener.interims,
    turnDetection: nobodyDecides ? 'voice_activity' : turnDetection,
    interruptionSensitivity,
    responseDelayMs,
    callerTurnLimitMs,
    endPhrases,
    speculates: true,
    sideEffectTools,
  };
};
