import { endCall } from './ending.js';
import { fail, hasFailedTooOften, succeed } from './failures.js';
import { heardText } from './heard.js';
import type { Input } from './input.js';
import { allowHold } from './interruption.js';
import { policy } from './policy.js';
import { afterProgress, cutReply, finishReply, heardMs, listen, MARK_EVERY_MS, totalMs } from './replies.js';
import type { Chunk, Reply } from './state.js';
import type { Transition } from './transition.js';

type AudioInput = Extract<Input, { type: 'audio' }>;

/** Speech was made: its length so far. */
export const onAudio = (t: Transition, { reply: id, chunk, ms, leadMs, tailMs, done }: AudioInput): void => {
  const { reply } = t.state;
  if (reply?.id !== id) return;
  if (done && ms > 0) succeed(t, 'text_to_speech');
  const stages = reply.stages && { ...reply.stages, firstAudioAtMs: reply.stages.firstAudioAtMs ?? t.nowMs };
  patchChunk(t, t.patchReply(reply, { stages }), chunk, { ms, leadMs, tailMs, done });
};

/** The synthesis gave up on a chunk: what it made so far is all there is of it. */
export const onAudioFailed = (t: Transition, id: number, chunk: number, error: string): void => {
  const { reply } = t.state;
  if (reply?.id !== id || failVoice(t, error)) return;
  const failed = reply.chunks[chunk];
  if (failed) patchChunk(t, reply, chunk, { text: heardText([failed], failed.ms), done: true });
};

const patchChunk = (t: Transition, reply: Reply, chunk: number, changes: Partial<Chunk>): void => {
  const patched = reply.chunks[chunk];
  if (!patched) return;
  const chunks = reply.chunks.with(chunk, { ...patched, ...changes });
  if (chunks.every(({ done }) => done)) t.clearDeadlines('synthesis');
  else t.setDeadline('synthesis', t.nowMs + policy.synthesisDeadlineMs);
  afterProgress(t, t.patchReply(reply, { chunks }));
};

/** The synthesis hangs. What there is of its speech is still played; then the caller's turn is open again. */
export const onSynthesisLate = (t: Transition): void => {
  const { reply } = t.state;
  if (!reply) return;
  const leftMs = totalMs(reply) - heardMs(t, reply);
  if (leftMs > 0) return t.setDeadline('synthesis', t.nowMs + Math.max(leftMs, MARK_EVERY_MS));
  if (failVoice(t, 'deadline')) return;
  if (reply.ends) return endCall(t, reply.ends);
  cutReply(t);
  listen(t);
};

/** Once too often nothing could be said: the call ends, since nobody would hear why. `true`: it has. */
const failVoice = (t: Transition, error: string): boolean => {
  fail(t, 'text_to_speech', error);
  if (!hasFailedTooOften(t, 'text_to_speech')) return false;
  endCall(t, { reason: 'failed', by: 'platform' });
  return true;
};

/** Frames went to the carrier. */
export const onSent = (t: Transition, generation: number, ms: number): void => {
  const { reply, phase } = t.state;
  if (reply?.generation !== generation || phase === 'held' || ms <= reply.sentMs) return;
  // By the clock the carrier may have played everything: then these are played from now on, and no sooner.
  const earliestMs = t.nowMs - (reply.sentMs - reply.playedMs);
  const hadRunDry = reply.playedAtMs === null || reply.playedAtMs < earliestMs;
  const clock = hadRunDry ? { playedAtMs: earliestMs, echoed: false } : {};
  const firstSentAtMs = reply.firstSentAtMs ?? t.nowMs;
  const sent = t.patchReply(reply, { ...clock, sentMs: ms, firstSentAtMs });
  if (reply.firstSentAtMs === null) begin(t, sent);
  afterProgress(t, sent);
};

const begin = (t: Transition, { kind, turn, text, generation }: Reply): void => {
  t.patch({ phase: 'speaking' });
  if (kind === 'greeting') t.emit({ type: 'GreetingStarted', data: { text, atMs: t.nowMs } });
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
