import { consentSaid } from './consent.js';
import { leave } from './ending.js';
import {
  countFailure,
  type Failure,
  hasFailedTooOften,
  lastResort,
  reportRanked,
  succeed,
} from './failures.js';
import { type Ending, isHandover } from './handover.js';
import { heardText } from './heard.js';
import type { Input } from './input.js';
import { allowHold } from './interruption.js';
import { answeredBy } from './model-choice.js';
import { policy } from './policy.js';
import {
  afterProgress,
  cutReply,
  finishReply,
  heardMs,
  listen,
  MARK_EVERY_MS,
  synthesisDeadlineMs,
  totalMs,
} from './replies.js';
import { holds } from './rules.js';
import type { Chunk, Reply } from './state.js';
import type { Transition } from './transition.js';
import { sayWithNextVoice } from './voice-choice.js';

type AudioInput = Extract<Input, { type: 'audio' }>;

/** Speech was made: its length so far. */
export const onAudio = (t: Transition, audio: AudioInput): void => {
  const { reply: id, chunk, ms, tailMs, done } = audio;
  const { reply } = t.state;
  if (reply?.id !== id) return;
  const { model } = reply.chunks[chunk] ?? {};
  if (model !== undefined) return onSpokenAudio(t, reply, model, audio);
  if (done && ms > 0) succeed(t, 'text_to_speech');
  const stages = reply.stages && { ...reply.stages, firstAudioAtMs: reply.stages.firstAudioAtMs ?? t.nowMs };
  const before = reply.chunks[chunk];
  const leadMs = before?.keptMs ? before.leadMs : audio.leadMs;
  const words = audio.words && { words: [...(before?.words ?? []), ...audio.words] };
  patchChunk(t, t.patchReply(reply, { stages }), chunk, { ms, leadMs, tailMs, done, ...words });
};

/** The model speaks itself: its audio is the answer as much as its words are. */
const onSpokenAudio = (t: Transition, from: Reply, model: string, audio: AudioInput): void => {
  const reply = answeredBy(t, model) ?? from;
  const { chunk, ms, leadMs, tailMs, done } = audio;
  const spoken = reply.chunks[chunk];
  if (!spoken) return;
  if (reply.model === model) t.setDeadline('model', t.nowMs + policy.modelStallMs);
  const stages = reply.stages && { ...reply.stages, firstAudioAtMs: reply.stages.firstAudioAtMs ?? t.nowMs };
  const chunks = reply.chunks.with(chunk, { ...spoken, ms, leadMs, tailMs, done });
  afterProgress(t, t.patchReply(reply, { stages, chunks }));
};

/** The synthesis gave up on a chunk: another voice goes on, or what it made so far is all there is of it. */
export const onAudioFailed = (t: Transition, id: number, chunk: number, failure: Failure): void => {
  const { reply } = t.state;
  if (reply?.id !== id) return;
  const failed = reply.chunks[chunk];
  // No voice makes what a model says itself: its failure is the model's.
  if (failed?.model !== undefined) return;
  if (sayWithNextVoice(t, reply, chunk, failure) || failVoice(t, failure)) return;
  if (failed) patchChunk(t, reply, chunk, { text: heardText([failed], failed.ms), done: true });
};

const patchChunk = (t: Transition, reply: Reply, chunk: number, changes: Partial<Chunk>): void => {
  const patched = reply.chunks[chunk];
  if (!patched) return;
  const chunks = reply.chunks.with(chunk, { ...patched, ...changes });
  if (chunks.every(({ done, model }) => done || model !== undefined)) t.clearDeadlines('synthesis');
  else t.setDeadline('synthesis', t.nowMs + synthesisDeadlineMs(t, reply));
  afterProgress(t, t.patchReply(reply, { chunks }));
};

/**
 * The synthesis hangs: another voice goes on. Without one, what there is of its speech is still played; then the caller's
 * turn is open again.
 */
export const onSynthesisLate = (t: Transition): void => {
  const { reply } = t.state;
  if (!reply) return;
  const chunk = reply.chunks.findIndex(({ done, model }) => !done && model === undefined);
  const failure = { error: 'deadline' };
  if (sayWithNextVoice(t, reply, chunk, failure)) return;
  // What is behind the piece that hangs can't be played.
  const playable = { ...reply, chunks: reply.chunks.slice(0, chunk + 1) };
  const leftMs = totalMs(playable) - heardMs(t, reply);
  if (leftMs > 0) return t.setDeadline('synthesis', t.nowMs + Math.max(leftMs, MARK_EVERY_MS));
  t.effect({ type: 'rewind', reply: reply.id, chunk, ms: reply.chunks[chunk]?.ms ?? 0, late: true });
  if (failVoice(t, failure)) return;
  cutReply(t, 'failure');
  if (reply.ends) return leave(t, reply.ends, reply);
  listen(t, reply);
};

/**
 * Once too often nothing could be said, or no voice is even asked any more: the agent's part ends, since nobody would hear
 * why. `true`: it has.
 */
const failVoice = (t: Transition, failure: Failure): boolean => {
  reportRanked(t, 'text_to_speech', t.state.voiceRank, failure);
  countFailure(t, 'text_to_speech');
  if (!failure.circuitOpen && !hasFailedTooOften(t, 'text_to_speech')) return false;
  const ends = withoutVoice(t, t.state.reply?.ends ?? null);
  cutReply(t, 'failure');
  leave(t, ends);
  return true;
};

/** Whoever was to have the call has it all the same; a caller who was leaving isn't put through to anybody. */
const withoutVoice = (t: Transition, ends: Ending | null): Ending => {
  if (ends === null) return lastResort(t).ends;
  return isHandover(ends) ? ends : { reason: 'failed', by: 'platform' };
};

/** Frames went to the carrier. */
export const onSent = (t: Transition, generation: number, ms: number): void => {
  const { reply, phase } = t.state;
  if (reply?.generation !== generation || phase === 'held' || ms <= reply.sentMs) return;
  // By the clock the carrier may have played everything: then these are played from now on, and no sooner.
  const earliestMs = t.nowMs - (reply.sentMs - reply.playedMs);
  const hadRunDry = reply.playedAtMs === null || reply.playedAtMs < earliestMs;
  const clock = hadRunDry ? { playedAtMs: earliestMs, echoed: false, talksSinceMs: earliestMs } : {};
  const firstSentAtMs = reply.firstSentAtMs ?? t.nowMs;
  const sent = t.patchReply(reply, { ...clock, sentMs: ms, firstSentAtMs });
  if (reply.firstSentAtMs === null) begin(t, sent);
  else if (hadRunDry && holds(t.state.settings, 'silenceIsNotHeld')) allowHold(t);
  afterProgress(t, sent);
};

const begin = (t: Transition, { kind, turn, text, generation }: Reply): void => {
  t.patch({ phase: 'speaking', firstSpokeAtMs: t.state.firstSpokeAtMs ?? t.nowMs });
  if (kind === 'greeting')
    t.emit({ type: 'GreetingStarted', data: { text, ...consentSaid(t.state.settings), atMs: t.nowMs } });
  if (kind === 'answer') t.emit({ type: 'AgentTurnStarted', data: { turn, generation, atMs: t.nowMs } });
  allowHold(t);
};

/** The carrier played up to here. */
export const onMark = (t: Transition, generation: number, ms: number): void => {
  const { reply, phase } = t.state;
  // After a `clear` Twilio echoes every mark that was outstanding: they prove nothing.
  if (reply?.generation !== generation || phase === 'held') return;
  if (ms <= reply.playedMs || ms > reply.sentMs) return;
  const firstMarkAtMs = reply.firstMarkAtMs ?? t.nowMs;
  afterProgress(t, t.patchReply(reply, { playedMs: ms, playedAtMs: t.nowMs, echoed: true, firstMarkAtMs }));
};

/** The last marks never came: by the clock everything was played long ago. */
export const onMarksLate = (t: Transition): void => {
  const { reply } = t.state;
  if (reply) finishReply(t, reply);
};
