import type { AnswerRequest, Message } from '../language-model.js';
import { phrasesOf, type SocialTurn, socialTurnOf } from './phrases.js';
import { type Prompt, sentencesAbout } from './prompt.js';
import { keyClauses, promiseOf } from './prompt-speech.js';

/** The tools that the sandbox's model calls, where the agent has them. */
const END_CALL = 'end_call';
const TRANSFER_CALL = 'transfer_call';

export interface Answer {
  readonly text: string;
  /** Called behind it; `null`: none is. */
  readonly tool: string | null;
}

type Question = Pick<AnswerRequest, 'messages' | 'language' | 'tools'>;

const KEYS_PRESSED = /^\[The caller pressed ([0-9A-D*#]+) on the keypad\.\]$/i;
/** The sandbox's own speech-to-text writes it. */
const SPEECH_WITHOUT_WORDS = /^\[speech ([\d.]+) s\]$/;

/** What to say next: the prompt's own sentences about what the caller said last, or a social phrase. Pure. */
export const answerTo = ({ messages, language, tools }: Question, prompt: Prompt): Answer => {
  const phrases = phrasesOf(language);
  const asked = messages.findLast((message) => message.role === 'user')?.text.trim() ?? '';
  if (asked === '') return say(phrases.greeting);
  const keys = KEYS_PRESSED.exec(asked)?.[1];
  if (keys !== undefined) return say(aboutKeys(keys, phrases.pressed([...keys].join(' ')), prompt));
  const seconds = SPEECH_WITHOUT_WORDS.exec(asked)?.[1];
  if (seconds !== undefined) return say(phrases.notRecognized(seconds));
  const social = socialTurnOf(asked);
  const mayTransfer = tools.some(({ name }) => name === TRANSFER_CALL);
  if (social !== null && (social !== 'person' || mayTransfer))
    return socialAnswer(social, messages, language);
  const found = sentencesAbout(prompt, asked);
  return say(found.length > 0 ? found.join(' ') : phrases.unknown(asked));
};

const say = (text: string): Answer => ({ text, tool: null });

const aboutKeys = (keys: string, pressed: string, prompt: Prompt): string => {
  const menu = prompt.keys.get(keys);
  if (menu === undefined) return pressed;
  // "Press 1 for opening hours" names what the caller wants to hear.
  const wanted = sentencesAbout(prompt, promiseOf(menu)).filter(
    (text) => text !== menu && keyClauses(text).length === 0,
  );
  return [pressed, menu, ...wanted].join(' ');
};

const socialAnswer = (turn: SocialTurn, messages: readonly Message[], language: string): Answer => {
  const phrases = phrasesOf(language);
  if (turn === 'goodbye') return { text: phrases.goodbye, tool: END_CALL };
  if (turn === 'person') return { text: phrases.person, tool: TRANSFER_CALL };
  if (turn !== 'repeat') return say(phrases[turn]);
  const said = messages.findLast((message) => message.role === 'assistant' && message.text.trim() !== '');
  return say(said?.role === 'assistant' ? phrases.repeat(said.text.trim()) : phrases.nothingToRepeat);
};
