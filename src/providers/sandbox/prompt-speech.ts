/** A sentence of a prompt as the agent would say it. */
export interface SpokenSentence {
  readonly text: string;
  /** `order`: for the model alone. `persona`: who the agent is. `quote`: the prompt tells it to say this. */
  readonly kind: 'fact' | 'quote' | 'persona' | 'menu' | 'order';
}

export interface KeyClause {
  readonly key: string;
  readonly text: string;
}

const PERSONAS: readonly (readonly [RegExp, string])[] = [
  [/^you(?: are|'re) /i, 'I am '],
  [/^your name is /i, 'My name is '],
  [/^(?:du bist|sie sind) /i, 'Ich bin '],
  [/^(?:dein|ihr) name ist /i, 'Mein Name ist '],
];

const ORDER =
  /^(?:never|always|be|do not|don't|keep|answer|speak|respond|reply|act|ask|use|nie|niemals|immer|sei|seien|antworte\w*|sprich|sprechen sie|frag\w*|verwende\w*)\b/i;

/** "If they ask about parking, tell them that it's free." */
const TOLD_TO_SAY =
  /^(?:(?:if|when|wenn|falls)\b.*?,\s*(?:please |dann )?)?(?:say|answer|tell|inform|sage?|sagen|antworten?)(?: (?:them|him|her|callers?|the caller|sie|ihnen|ihm))*(?: that| dass|:|,)+\s+(?<words>.+)$/iu;

/** From the prompt's "you" to the agent's "I", and without "tell the caller that". */
export const spokenSentence = (written: string): SpokenSentence => {
  const words = TOLD_TO_SAY.exec(written)?.groups?.words;
  if (words !== undefined) {
    return { text: asSentence(words.replace(/^["“„]|["”“](?=[.!?]?$)/g, '')), kind: 'quote' };
  }
  if (ORDER.test(written)) return { text: written, kind: 'order' };
  for (const [pattern, first] of PERSONAS) {
    if (pattern.test(written)) return { text: asSentence(written.replace(pattern, first)), kind: 'persona' };
  }
  return { text: asSentence(written), kind: keyClauses(written).length > 0 ? 'menu' : 'fact' };
};

const KEY =
  /\b(?:press(?:es|ed|ing)?|key|drücken sie|drücke|drückt|taste)\s+(?:the |die )?(?:key |taste )?(?<key>[0-9*#])(?!\w)/iu;
/** "Drücken Sie die 1 für Hilfe und die 2 für Rechnungen": the verb is said once. */
const KEY_ONLY = /^(?:the |die )?(?<key>[0-9*#]) (?:for|to|für|um|zum|zur)\b/iu;
const NEXT_CLAUSE =
  /(?:[,;]\s*(?:(?:and|or|und|oder)\s+)?|\s(?:and|or|und|oder)\s+)(?=(?:press|key|drücke|taste|(?:the |die )?[0-9*#] |for |to |für |um |if |wenn ))/iu;

/** A menu's parts: "Press 1 for hours or press 2 for sales" has two, and so has "For hours, press 1; for sales, press 2". */
export const keyClauses = (written: string): readonly KeyClause[] => {
  const clauses: KeyClause[] = [];
  let topic = '';
  for (const part of written.split(NEXT_CLAUSE)) {
    const key = (KEY.exec(part) ?? KEY_ONLY.exec(part))?.groups?.key;
    if (key !== undefined) clauses.push({ key, text: asSentence(`${topic}${part}`) });
    topic = key === undefined ? `${part}, ` : '';
  }
  return clauses;
};

/** What a clause of `keyClauses` promises: "for opening hours". */
export const promiseOf = (clause: string): string => clause.replace(KEY, ' ').replace(KEY_ONLY, ' ');

/** With a capital and a full stop. */
const asSentence = (words: string): string => {
  const spoken = words.trim().replace(/[,;:]$/, '');
  const [first = ''] = spoken;
  const stop = /[.!?…。！？।]["”’')]*$/u.test(spoken) ? '' : '.';
  return first.toUpperCase() + spoken.slice(first.length) + stop;
};
