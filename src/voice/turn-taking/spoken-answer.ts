import { heardText } from './heard.js';
import { askModel } from './replies.js';
import type { Chunk, Reply } from './state.js';
import type { Transition } from './transition.js';

/** Whether the agent's model of this rank speaks its answers itself: the others need a voice. */
export const speaksItself = ({ state: { settings } }: Transition, rank: number): boolean =>
  rank === 0 && settings.speechToSpeech;

/** Asks the model that speaks itself. What it says is one piece of the reply, whose text and audio grow. */
export const askToSpeak = (t: Transition, reply: Reply): Reply => {
  const model = askModel(t, reply.turn, { speaks: { reply: reply.id, chunk: reply.chunks.length } });
  const chunk: Chunk = { text: '', ms: 0, leadMs: 0, tailMs: 0, done: false, model };
  return t.patchReply(reply, { model, usesTools: false, chunks: [...reply.chunks, chunk] });
};

/** Whether the reply's model is speaking now. */
export const isSpokenByModel = (reply: Reply): boolean => spokenAt(reply) >= 0;

const spokenAt = ({ model, chunks }: Reply): number =>
  model === null ? -1 : chunks.findIndex((chunk) => chunk.model === model);

/** What was added to the reply's text is with the model's voice already. */
export const growSpoken = (t: Transition, reply: Reply): Reply => {
  const at = spokenAt(reply);
  const chunk = reply.chunks[at];
  if (!chunk) return reply;
  const text = chunk.text + reply.text.slice(reply.chunkedChars);
  const chunks = reply.chunks.with(at, { ...chunk, text });
  return t.patchReply(reply, { chunks, chunkedChars: reply.text.length });
};

/** The model is through: there is no more audio of it. */
export const finishSpoken = (t: Transition, reply: Reply): Reply => {
  const at = spokenAt(reply);
  const chunk = reply.chunks[at];
  return chunk ? t.patchReply(reply, { chunks: reply.chunks.with(at, { ...chunk, done: true }) }) : reply;
};

/** The model failed, or another one was faster: of its words only those count that have their audio. */
export const breakOffSpoken = (t: Transition, reply: Reply): Reply => {
  const at = spokenAt(reply);
  const chunk = reply.chunks[at];
  if (!chunk) return reply;
  const { model: _, ...spoken } = chunk;
  const said = chunk.done ? chunk.text : spaceBefore(chunk.text) + heardText([chunk], chunk.ms);
  const before = reply.text.slice(0, reply.chunkedChars - chunk.text.length);
  const rest = reply.text.slice(reply.chunkedChars);
  const chunks = reply.chunks.with(at, { ...spoken, text: said, done: true });
  const chunkedChars = before.length + said.length;
  return t.patchReply(reply, { chunks, text: before + said + rest, chunkedChars });
};

const spaceBefore = (text: string): string => text.match(/^\s*/)?.[0] ?? '';

/** Tells the models that spoke themselves how much of it the caller heard, up to this point of the reply. */
export const forgetUnheard = (t: Transition, { chunks }: Reply, heardMs: number): void => {
  let startMs = 0;
  for (const { model, ms, done } of chunks) {
    const chunkMs = Math.max(0, Math.min(ms, Math.round(heardMs - startMs)));
    if (model !== undefined && !(done && chunkMs === ms)) {
      t.effect({ type: 'truncate', model, heardMs: chunkMs });
    }
    startMs += ms;
  }
};
