import { uncommittedText } from './caller.js';
import { evaluateTurn } from './end-of-turn.js';
import { heardText } from './heard.js';
import { policy } from './policy.js';
import { abortModels, cutReply, heardMs, totalMs } from './replies.js';
import { holds } from './rules.js';
import { forgetUnheard } from './spoken-answer.js';
import { tookToInterruptMs } from './spoken-events.js';
import type { Chunk, Reply } from './state.js';
import { runsSideEffect, unheardMsOf } from './tool-time.js';
import type { Transition } from './transition.js';
import { hasWords } from './words.js';

const FRAME_MS = 20;

/** The reply's tool changes something: what the caller says is answered once that's done, and who waits is told so. */
export const mustGiveWay = ({ state: { settings, tools } }: Transition, reply: Reply): boolean =>
  holds(settings, 'waitsAreFilled') &&
  reply.kind === 'answer' &&
  !reply.composed &&
  (holds(settings, 'spokenAnswersGiveWay') || reply.chunks.every(({ model }) => model === undefined)) &&
  tools.some(({ turn, sideEffect, returned }) => turn === reply.turn && sideEffect && !returned);

/** The agent is silent at once, and the reply is what was heard of it, with the fillers that are still to come. */
export const giveWay = (t: Transition, reply: Reply): void => {
  const { phase, socket } = t.state;
  const atMs = heardMs(t, reply);
  const isHeard = phase === 'held' || reply.sentMs > atMs;
  const tookMs = isHeard ? tookToInterruptMs(t, reply) : (reply.gaveWay?.tookMs ?? null);
  abortModels(t, reply);
  forgetUnheard(t, reply, atMs);
  t.clearDeadlines('model', 'hedge', 'synthesis', 'marks', 'hold', 'resume', 'goodbye');
  const stopped = t.patchReply(reply, { model: null, hedge: null, gaveWay: { tookMs } });
  if (phase !== 'held' && isHeard && socket === 'open') t.effect({ type: 'clear' });
  if (phase === 'held' || totalMs(reply) > atMs || reply.chunks.some(({ done }) => !done))
    forgetBehind(t, stopped, atMs);
  t.setDeadline('filler', t.nowMs + policy.fillerAfterMs);
};

/** What wasn't played will not be. */
const forgetBehind = (t: Transition, reply: Reply, heardMs: number): void => {
  const generation = t.state.generation + 1;
  const untilMs = Math.floor(heardMs / FRAME_MS) * FRAME_MS;
  const chunks: Chunk[] = [];
  let startMs = 0;
  for (const chunk of reply.chunks) {
    const isPlayed = chunk.done && startMs + chunk.ms <= untilMs;
    chunks.push(isPlayed ? chunk : beginningOf(chunk, heardMs - startMs, untilMs - startMs));
    if (!isPlayed) break;
    startMs += chunk.ms;
  }
  const text = chunks
    .map((chunk) => chunk.text.trim())
    .filter((said) => said !== '')
    .join(' ');
  const last = chunks.length - 1;
  if (last >= 0) {
    const ms = chunks[last]?.ms ?? 0;
    t.effect({ type: 'rewind', reply: reply.id, chunk: last, ms, late: false, ends: true });
  }
  t.effect({ type: 'play', reply: reply.id, generation, fromMs: untilMs });
  t.patchReply(reply, {
    generation,
    chunks,
    text,
    chunkedChars: text.length,
    hasModelText: reply.hasModelText && hasWords(text),
    sentMs: untilMs,
    playedMs: untilMs,
    playedAtMs: null,
    echoed: false,
    heldAtMs: null,
    holdTookMs: null,
  });
  t.patch({ generation, phase: reply.firstSentAtMs === null ? 'thinking' : 'speaking' });
};

/** `heardMs`, `untilMs`: of the chunk; so much was heard of it, and so much of its audio stays. */
const beginningOf = ({ words, model: _, ...chunk }: Chunk, heardMs: number, untilMs: number): Chunk => {
  const kept = words?.filter(({ endMs }) => endMs <= untilMs);
  const text = heardText([words ? { ...chunk, words } : chunk], heardMs);
  return { ...chunk, ...(kept && { words: kept }), text, ms: Math.max(0, untilMs), tailMs: 0, done: true };
};

/**
 * What it changed is changed: the caller's words are answered with the result, once a filler is said to its end. `false`: there
 * are none to answer.
 */
export const answerWhatWasSaid = (t: Transition, reply: Reply): boolean => {
  if (!reply.gaveWay || runsSideEffect(t.state) || uncommittedText(t.caller) === '') return false;
  const unheardMs = unheardMsOf(t, reply);
  if (unheardMs > 0) {
    t.setDeadline('filler', t.nowMs + unheardMs);
    return true;
  }
  cutReply(t, 'caller_speech');
  evaluateTurn(t);
  return true;
};
