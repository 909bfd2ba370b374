import type { CallEvent } from '../../domain/call/events.js';
import { onMediaFlow, onTranscript } from './caller.js';
import { onBufferFull } from './detectors.js';
import type { Effect } from './effect.js';
import { onForceTurn, onTurnDue } from './end-of-turn.js';
import { onDrained, onForeign, onGone, onGoodbyeLate, onMaxDuration, onSocket } from './ending.js';
import { onHeardAgain } from './heard-again.js';
import type { Input } from './input.js';
import { holdAgent, onResumeDue } from './interruption.js';
import { commitKeys, onKey } from './keys.js';
import { onModelDone, onModelFailed, onModelText, onModelToolCall, onToolResult } from './model.js';
import { onHedgeDue } from './model-choice.js';
import { onAudio, onAudioFailed, onMark, onMarksLate, onSent, onSynthesisLate } from './playing.js';
import { onRetrievalFailed, onRetrievalLate, onRetrieved } from './retrieval.js';
import { onSilence } from './silence.js';
import { onPreparedPart, speculate } from './speculation.js';
import { onSpeechToTextFailed, onStart } from './start.js';
import { type DeadlineName, nextDeadlineMs, type State } from './state.js';
import { onFillerDue, onToolLate } from './tool-time.js';
import { Transition } from './transition.js';
import { onTurnLimit } from './turn-limit.js';
import { onDegraded, onVoice, onVoicePause } from './voicing.js';

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
  readonly events: readonly CallEvent[];
}

/**
 * The conversation, as a pure function: `nowMs` is on the call's clock, in whole milliseconds, and never goes back. A
 * `tick` does one deadline that is due; the caller ticks until `nextDeadlineMs` lies ahead.
 */
export const step = (state: State, input: Input, nowMs: number): Step => {
  const transition = new Transition(state, nowMs);
  if (concerns(state, input)) take(transition, input);
  return { state: transition.state, effects: transition.effects, events: transition.events };
};

/** Before its one `start` a conversation can only end; after its end nothing matters. */
const concerns = ({ phase }: State, { type }: Input): boolean =>
  phase === 'new' ? ['start', 'foreign', 'socket'].includes(type) : phase !== 'ended' && type !== 'start';

const take = (t: Transition, input: Input): void => {
  const { speculation, retrieval } = t.state;
  // Of a model that nobody has asked yet.
  if (retrieval?.waiting && 'model' in input && input.model === retrieval.waiting.model) return;
  if (speculation && 'model' in input && input.model === speculation.model) {
    return onPreparedPart(t, speculation, input);
  }
  switch (input.type) {
    case 'start':
      return onStart(t, input.resumed);
    case 'voice':
      return onVoice(t, input.on, input.atMs);
    case 'voice_pause':
      return onVoicePause(t, input.paused);
    case 'transcript':
      return onTranscript(t, input);
    case 'buffer_full':
      return onBufferFull(t);
    case 'media':
      return onMediaFlow(t, input.flows);
    case 'speech_to_text_failed':
      return onSpeechToTextFailed(t, input);
    case 'heard_again':
      return onHeardAgain(t, input.ms);
    case 'retrieved':
      return onRetrieved(t, input.retrieval, input.hits);
    case 'retrieval_failed':
      return onRetrievalFailed(t, input.retrieval);
    case 'model_text':
      return onModelText(t, input.model, input.delta);
    case 'model_tool_call':
      return onModelToolCall(t, input.model, input.call);
    case 'model_done':
      return onModelDone(t, input.model, input.usage);
    case 'model_failed':
      return onModelFailed(t, input.model, input);
    case 'audio':
      return onAudio(t, input);
    case 'audio_failed':
      return onAudioFailed(t, input.reply, input.chunk, input);
    case 'sent':
      return onSent(t, input.generation, input.ms);
    case 'mark':
      return onMark(t, input.generation, input.ms);
    case 'key':
      return onKey(t, input.digit);
    case 'tool_result':
      return onToolResult(t, input);
    case 'foreign':
      return onForeign(t, input.event);
    case 'socket':
      return onSocket(t, input.state);
    case 'tick':
      return onTick(t);
  }
};

const onDeadline: Readonly<Record<DeadlineName, (t: Transition) => void>> = {
  turn: onTurnDue,
  force: onForceTurn,
  degraded: onDegraded,
  limit: onTurnLimit,
  speculate,
  hold: holdAgent,
  resume: onResumeDue,
  silence: onSilence,
  max: onMaxDuration,
  retrieval: onRetrievalLate,
  model: (t) => onModelFailed(t, t.state.reply?.model ?? '', { error: 'deadline' }),
  hedge: onHedgeDue,
  tool: onToolLate,
  filler: onFillerDue,
  synthesis: onSynthesisLate,
  marks: onMarksLate,
  keys: commitKeys,
  drain: onDrained,
  gone: onGone,
  goodbye: onGoodbyeLate,
};

const onTick = (t: Transition): void => {
  const dueMs = nextDeadlineMs(t.state);
  if (dueMs === null || dueMs > t.nowMs) return;
  const entries = Object.entries(t.state.deadlines) as [DeadlineName, number][];
  const name = entries.find(([, atMs]) => atMs === dueMs)?.[0];
  if (!name) return;
  t.clearDeadlines(name);
  onDeadline[name](t);
};
