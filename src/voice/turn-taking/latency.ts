import type { TurnLatency } from '../../domain/call/conversation-events.js';
import type { Retrieval } from './retrieval-state.js';
import type { Reply, Stages } from './state.js';

/** An answer's stages when its turn is committed. */
export const stagesOf = (
  committed: Pick<Stages, 'lastVoiceAtMs' | 'finalAtMs' | 'dueAtMs' | 'committedAtMs'> &
    Partial<Pick<Stages, 'askedAtMs' | 'firstTokenAtMs'>>,
): Stages => ({
  askedAtMs: committed.committedAtMs,
  firstTokenAtMs: null,
  ...committed,
  firstSayAtMs: null,
  firstAudioAtMs: null,
});

const between = (fromMs: number | null | undefined, toMs: number | null | undefined): number | null =>
  fromMs == null || toMs == null ? null : Math.max(0, Math.round(toMs - fromMs));

/** The stages of an answer, from the caller's last voiced frame to the carrier's first mark. `retrieval`: its turn's. */
export const latencyOf = (
  reply: Reply,
  interruptionMs: number | null,
  retrieval: Retrieval | null,
): TurnLatency => {
  const { stages, firstSentAtMs, firstMarkAtMs, chunks } = reply;
  const firstFrameMs = between(stages?.firstAudioAtMs, firstSentAtMs);
  const lateCommitMs = between(stages?.dueAtMs, stages?.committedAtMs);
  const retrievalMs = stages && between(retrieval?.startedAtMs, retrieval?.result?.endedAtMs);
  return {
    endpointingMs: between(stages?.lastVoiceAtMs, stages?.committedAtMs),
    transcriptMs: between(stages?.lastVoiceAtMs, stages?.finalAtMs),
    ...(retrievalMs !== null && { retrievalMs }),
    modelFirstTokenMs: between(stages?.askedAtMs, stages?.firstTokenAtMs),
    synthesisFirstByteMs: between(stages?.firstSayAtMs, stages?.firstAudioAtMs),
    leadingSilenceMs: chunks[0] && stages ? Math.round(chunks[0].leadMs) : null,
    firstFrameMs,
    playoutMs: between(firstSentAtMs, firstMarkAtMs),
    responseMs: between(stages?.lastVoiceAtMs, firstSentAtMs),
    ownMs: firstFrameMs === null || lateCommitMs === null ? null : firstFrameMs + lateCommitMs,
    interruptionMs: interruptionMs === null ? null : Math.max(0, Math.round(interruptionMs)),
  };
};
