import { holds, NEWEST_RULES } from './rules.js';
import type { ConversationSettings } from './state.js';
import { hasWords } from './words.js';

/** The first piece is a clause, so that the voice begins early; its length keeps it from sounding chopped. */
const FIRST_CLAUSE_CHARS = 20;
/** No sentence at all, as in a list: cut at a word after so many characters. */
const LONGEST_CHUNK_CHARS = 240;

/** Where a text may be cut. */
interface Cuts {
  readonly clauseEnd: RegExp;
  readonly sentenceEnd: RegExp;
  /** A full stop that ends one of these ends nothing else. */
  readonly dotted: RegExp;
}

/** Titles, companies, streets, months and days, quantities: the voice needs what stands beside them. */
const ABBREVIATIONS = [
  'dr mr mrs ms st prof gen sgt capt lt col jr sr inc ltd co corp dept est ave blvd apt ext tel no nos vol fig',
  'vs etc approx max min hr hrs jan feb mar apr jun jul aug sept? oct nov dec mon tues? wed thu thurs? fri sat sun',
  'fr mag ing dipl nr abs [\\p{L}-]*str bzw ca usw inkl exkl zzgl ggf evtl vgl sog bspw mio mrd tsd std mwst okt dez',
  'डॉ प्रो श्री',
]
  .join(' ')
  .replaceAll(' ', '|');

/** "p.m.", "U.S.", "Ph.D.", and the halves of "z. B.". */
const DOTTED_LETTERS =
  '(?:[\\p{L}\\p{M}]{1,3}\\.)*[\\p{L}\\p{M}]|(?:[\\p{L}\\p{M}]{1,3}\\.)+[\\p{L}\\p{M}]{1,3}';
/** "3. Mai", "14.3. um neun", and the numbers of a list; "$29." and "20:15." are none. */
const ORDINAL = '(?<![^\\s("„“‘[/–-])(?:\\p{N}{1,2}\\.)?\\p{N}{1,2}';

/** No sentence begins with a small letter: what follows a full stop must be there already. */
const FULL_STOP = '\\.["”\')\\]]*(?=\\s+[^\\s\\p{Ll}])';

const cutsNow: Cuts = {
  clauseEnd: new RegExp(`${FULL_STOP}|[!?,;:]["”')\\]]*(?=\\s)|\\s[–—](?=\\s)|[。！？।，、；]`, 'gu'),
  sentenceEnd: new RegExp(`${FULL_STOP}|[!?]["”')\\]]*(?=\\s)|[。！？।]`, 'gu'),
  dotted: new RegExp(
    `(?:(?<![\\p{L}\\p{M}\\p{N}'’])(?:${ABBREVIATIONS}|${DOTTED_LETTERS})|${ORDINAL})\\.$`,
    'iu',
  ),
};

/** Before `piecesAreSentences`. */
const cutsBefore: Cuts = {
  clauseEnd: /[.!?,;:]["”')\]]*(?=\s)|\s[–—](?=\s)|[。！？।，、；]/gu,
  sentenceEnd: /[.!?]["”')\]]*(?=\s)|[。！？।]/gu,
  dotted: /(?:^|[\s("])(?:dr|mr|mrs|ms|st|vs|no|approx|e\.g|i\.e|z\.b|bzw|nr|str|[a-z])\.$/i,
};

/**
 * The end of the first piece that is long enough and not too long, or −1. What follows must be there already: "$29." may become "$29.99".
 * A piece has words: voices fail at an emoji or a bracket alone.
 */
const cutAt = (
  text: string,
  boundary: RegExp,
  { dotted, shortest, longest }: { dotted: RegExp; shortest: number; longest: number },
): number => {
  for (const match of text.matchAll(boundary)) {
    const end = match.index + match[0].length;
    if (end > longest) break;
    const piece = text.slice(0, end);
    if (end >= shortest && hasWords(piece) && !dotted.test(piece)) return end;
  }
  return -1;
};

/** The end of the last whole word within the longest chunk; −1: there isn't so much text, or no word in it. */
const cutLong = (text: string, longest: number): number => {
  if (text.length <= longest) return -1;
  const space = text.slice(0, longest + 1).search(/\s\S*$/);
  return [space, longest].find((end) => end > 0 && hasWords(text.slice(0, end))) ?? -1;
};

/**
 * The next piece of a text that is still growing: the first clause, then sentences. `complete`: nothing follows, so the
 * rest is a piece, unless it has no words. `null`: wait for more.
 */
export const nextChunk = (
  text: string,
  isFirst: boolean,
  complete: boolean,
  settings: Pick<ConversationSettings, 'rules'> = { rules: NEWEST_RULES },
): string | null => {
  const longest = text.search(/\S/) + LONGEST_CHUNK_CHARS;
  const { clauseEnd, sentenceEnd, dotted } = holds(settings, 'piecesAreSentences') ? cutsNow : cutsBefore;
  const end = isFirst
    ? cutAt(text, clauseEnd, { dotted, shortest: FIRST_CLAUSE_CHARS, longest })
    : cutAt(text, sentenceEnd, { dotted, shortest: 1, longest });
  if (end > 0) return text.slice(0, end);
  const wordEnd = cutLong(text, longest);
  if (wordEnd > 0) return text.slice(0, wordEnd);
  return complete && hasWords(text) ? text : null;
};
