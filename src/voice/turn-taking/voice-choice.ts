import { choices, type Failure, passOn, reportRanked } from './failures.js';
import { timedWords } from './heard.js';
import { synthesisDeadlineMs } from './replies.js';
import { holds } from './rules.js';
import type { Chunk, Reply } from './state.js';
import type { Transition } from './transition.js';
import { hasWords } from './words.js';

const FRAME_MS = 20;

/** Where the next voice goes on within a chunk. */
interface Cut {
  /** So much of the audio stays. */
  readonly keptMs: number;
  /** What isn't in it. */
  readonly rest: string;
}

/**
 * The voice failed at a chunk: the next one says it again. What is with the carrier already stays, up to the end of its
 * word; what isn't is forgotten. `false`: there is no voice left for this reply.
 */
export const sayWithNextVoice = (t: Transition, reply: Reply, chunk: number, failure: Failure): boolean => {
  const failed = reply.chunks[chunk];
  const toRank = nextRank(t, reply, failure);
  if (!failed || toRank === null) return false;
  // What a model says itself behind it, or could not say, can't be said again by a voice.
  const behind = reply.chunks.slice(chunk);
  if (behind.some(({ model, text }) => model !== undefined || !hasWords(text))) return false;
  const fromRank = t.state.voiceRank;
  if (toRank === fromRank) reportRanked(t, 'text_to_speech', fromRank, failure);
  else passOn(t, 'text_to_speech', { fromRank, toRank }, failure);
  t.patch({ voiceRank: toRank });
  const { keptMs, rest } = cutOf(reply, chunk, failed);
  const late = failure.error === 'deadline';
  t.effect({ type: 'rewind', reply: reply.id, chunk, ms: keptMs, late });
  for (const [at, { text }] of reply.chunks.entries()) {
    const again = at === chunk ? rest : text.trim();
    if (at >= chunk) t.effect({ type: 'say', reply: reply.id, chunk: at, text: again, rank: toRank });
  }
  const { words, ...unspoken } = failed;
  const kept = words?.filter(({ endMs }) => endMs <= keptMs);
  const patched = { ...unspoken, ...(kept && { words: kept }), ms: keptMs, keptMs, tailMs: 0, done: false };
  const voiceFailOvers = reply.voiceFailOvers + 1;
  const moved = t.patchReply(reply, { chunks: reply.chunks.with(chunk, patched), voiceFailOvers });
  t.setDeadline('synthesis', t.nowMs + synthesisDeadlineMs(t, moved));
  return true;
};

/** The voice that goes on: another one, or the only one once more, since the caller would hear nothing. `null`: none. */
const nextRank = (t: Transition, { voiceFailOvers }: Reply, { circuitOpen }: Failure): number | null => {
  const { voiceRank, settings } = t.state;
  const count = choices(t, 'text_to_speech');
  if (voiceFailOvers + 1 < count) return (voiceRank + 1) % count;
  const isAskedAgain = count === 1 && voiceFailOvers === 0 && !circuitOpen;
  return isAskedAgain && holds(settings, 'onlyVoiceIsAskedAgain') ? voiceRank : null;
};

const cutOf = (reply: Reply, chunk: number, failed: Chunk): Cut => {
  const startMs = reply.chunks.slice(0, chunk).reduce((sum, { ms }) => sum + ms, 0);
  const whole = failed.text.trim();
  const sentMs = Math.min(Math.max(0, reply.sentMs - startMs), failed.ms);
  if (sentMs === 0) return { keptMs: 0, rest: whole };
  const words = timedWords([{ ...failed, done: false }]);
  const last = words.find(({ endMs }) => endMs >= sentMs);
  const wordEndMs = Math.ceil((last?.endMs ?? failed.ms) / FRAME_MS) * FRAME_MS;
  const keptMs = Math.min(wordEndMs, failed.ms);
  const rest = words
    .filter(({ endMs }) => endMs > keptMs)
    .map(({ text }) => text)
    .join(' ');
  // A mark alone ("?") can't be spoken.
  const lastWord = words.map(({ text }) => text).findLast(hasWords);
  // A last word may be cut by what a word's end is only estimated to be: once too often is better than never.
  return { keptMs, rest: hasWords(rest) ? rest : (lastWord ?? whole) };
};
