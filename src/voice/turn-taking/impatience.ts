import { byLanguage } from '../../domain/language.js';
import { consistsOf } from './backchannels.js';
import type { Input } from './input.js';
import { heardMs } from './replies.js';
import { holds } from './rules.js';
import type { ConversationSettings, Reply } from './state.js';
import type { Transition } from './transition.js';
import { wordListsOf, wordsOf } from './words.js';

type Transcript = Extract<Input, { type: 'transcript' }>;

/** What callers say who hear nothing. */
interface Checks {
  readonly words: ReadonlySet<string>;
  readonly phrases: readonly (readonly string[])[];
}

/** Longer phrases stand before those that they begin with. */
const checks = (words: string, phrases: string): Checks => ({
  words: new Set(wordsOf(words)),
  phrases: phrases.split(', ').map(wordsOf),
});

const lists = {
  en: checks(
    'hello hallo hullo hey',
    'are you still there, are you there, you still there, still there, you there, is anyone there, is anybody there, is someone there, anyone there, anybody there, can you hear me, do you hear me, can you still hear me',
  ),
  de: checks(
    'hallo hello hey',
    'sind sie noch da, sind sie da, sind sie noch dran, bist du noch da, bist du da, bist du noch dran, noch da, noch dran, ist da jemand, ist da wer, ist jemand da, jemand da, hören sie mich noch, hören sie mich, können sie mich hören, hörst du mich, kannst du mich hören',
  ),
  hi: checks(
    'हैलो हेलो हलो हॅलो hello helo hallo',
    'क्या आप लाइन पर हैं, आप लाइन पर हैं, क्या आप वहाँ हैं, क्या आप वहां हैं, आप वहाँ हैं, आप वहां हैं, क्या आप हैं, आप हैं, कोई है, क्या आप सुन रहे हैं, क्या आप सुन रही हैं, आप सुन रहे हैं, आप सुन रही हैं, सुन रहे हैं, सुन रही हैं, सुन रहे हो, आवाज़ आ रही है, मेरी आवाज़ आ रही है, kya aap line par hain, aap line par hain, kya aap wahan hain, aap wahan hain, kya aap hain, aap hain, koi hai, kya aap sun rahe hain, kya aap sun rahi hain, aap sun rahe hain, aap sun rahi hain, sun rahe hain, sun rahi hain, sun rahe ho, awaaz aa rahi hai, meri awaaz aa rahi hai, are you there, can you hear me',
  ),
} as const satisfies Readonly<Record<string, Checks>>;

/**
 * Whether the caller only asks if the agent is there, who thinks or waits for a tool: the answer that is on its way says
 * so, and isn't begun anew. After a prompt of the platform's own ("Are you still there?") it's an answer.
 */
export const isImpatient = (t: Transition, { text, final }: Transcript): boolean => {
  const { reply, settings } = t.state;
  if (!reply || reply.kind === 'prompt' || !holds(settings, 'impatienceIsNoTurn')) return false;
  return wasSilent(t, reply) && onlyAsks(text, final, settings);
};

/** The agent was to be heard of, and wasn't, when the caller began. */
const wasSilent = (t: Transition, reply: Reply): boolean => {
  const { onsetAtMs } = t.caller;
  const { talksSinceMs, composed, sentMs } = reply;
  if (talksSinceMs === null || (onsetAtMs !== null && onsetAtMs < talksSinceMs)) return true;
  return !composed && heardMs(t, reply) >= sentMs;
};

const onlyAsks = (text: string, isFinal: boolean, { language }: ConversationSettings): boolean => {
  const { words, phrases } = byLanguage<Checks>(lists, language);
  const { never } = wordListsOf(language);
  return consistsOf(wordsOf(text), isFinal, (word) => words.has(word) || never.has(word), phrases);
};
