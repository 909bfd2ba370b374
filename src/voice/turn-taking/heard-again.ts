import type { Unsettled } from './caller-state.js';
import type { Input } from './input.js';
import { overlapOf } from './overlap.js';
import { holds } from './rules.js';
import type { Transition } from './transition.js';
import { placedWords, wordsOf } from './words.js';

type Transcript = Extract<Input, { type: 'transcript' }>;

/** Another stream of the speech-to-text listens from so long ago on: what it hears isn't all new. */
export const onHeardAgain = (t: Transition, ms: number): void =>
  t.patchCaller({ heardAgainFromMs: t.nowMs - ms, heardAgainAtMs: t.nowMs });

/** What is committed without a final is kept by the ear, and heard again by the next stream. */
export const keepUnsettled = (t: Transition, text: string, startedAtMs: number, endedAtMs: number): void => {
  const { unsettled } = t.caller;
  const words = [...(unsettled?.words ?? []), ...wordsOf(text)];
  if (words.length === 0) return;
  t.patchCaller({ unsettled: { words, startedAtMs: unsettled?.startedAtMs ?? startedAtMs, endedAtMs } });
};

/** What of a transcript is new. */
export const withoutCommitted = (t: Transition, transcript: Transcript): Transcript => {
  const { unsettled } = t.caller;
  const isOld = unsettled !== null && (isHeardAgain(t, unsettled) || isOwed(t, unsettled, transcript));
  const { text, left } = isOld ? newPartOf(t, transcript, unsettled) : { ...transcript, left: null };
  // What is final isn't heard again; but a final may be only the first piece of what is known.
  if (transcript.final)
    t.patchCaller(left ? { unsettled: left } : { unsettled: null, heardAgainFromMs: null });
  return text === transcript.text ? transcript : { ...transcript, text };
};

const isHeardAgain = ({ caller: { heardAgainFromMs } }: Transition, { endedAtMs }: Unsettled): boolean =>
  heardAgainFromMs !== null && heardAgainFromMs < endedAtMs;

/**
 * The final that was asked for before the turn was committed, and comes only now, perhaps with words that followed. Who
 * says the same again isn't taken for it: that's in an interim before, or is no more than what was said.
 */
const isOwed = (
  { state, caller }: Transition,
  { words }: Unsettled,
  { text, final }: Transcript,
): boolean => {
  if (!final || !holds(state.settings, 'lateFinalsAreKnown')) return false;
  const said = wordsOf(text);
  const mayBeFirst = holds(state.settings, 'firstFinalsAreKnown');
  const compared = mayBeFirst ? words.slice(0, said.length) : words;
  if (compared.some((word, at) => word !== said[at])) return false;
  if (caller.interim !== '') return wordsOf(caller.interim)[0] !== words[0];
  const mayBeNew = caller.onsetAtMs !== null && !caller.voiced;
  return !mayBeNew || said.length > words.length;
};

interface NewPart {
  readonly text: string;
  /** What may still be heard again; `null`: nothing, or something new came behind it. */
  readonly left: Unsettled | null;
}

const newPartOf = ({ caller }: Transition, { text }: Transcript, unsettled: Unsettled): NewPart => {
  const said = placedWords(text);
  const isCut = (caller.heardAgainFromMs ?? 0) > unsettled.startedAtMs;
  const heard = said.map(({ word }) => word);
  const overlap = overlapOf(heard, unsettled.words, isCut);
  if (overlap.heard === 0) return { text, left: null };
  const next = said[overlap.heard];
  if (next) return { text: text.normalize('NFC').slice(next.at), left: null };
  const words = unsettled.words.slice(overlap.known);
  return { text: '', left: words.length > 0 ? { ...unsettled, words } : null };
};
