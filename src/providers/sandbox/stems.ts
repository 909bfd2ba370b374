/** Words that say nothing about what a sentence is about, in English and German; contractions without their apostrophe. */
const STOP_WORDS = new Set(
  `a about after again all also am an and any anything are as ask at back be because been before but by call can cant could
  did do does dont down during each else even ever every few for from get give go going got had has have he hello her here
  hey hi him his how i id if ill im in into is it its ive just know let like ll look made make many may maybe me more most
  much must my need no not now of off oh ok okay on one only or other our out over please re right s said say see she should
  so some something sure t talk tell than thank thanks that thats the their them then there these they thing think this
  those to today too up us use very want was we well were what whats when where which while who why will with would yeah
  yes you your
  aber alle als also am an auch auf aus bei bin bis bist bitte da danke dann das dass dein dem den denn der des die dies
  diese diesen dieser doch du durch ein eine einem einen einer eines er erst es etwas euch euer fur ganz geben gern gerne
  gibt hab habe haben hallo hat hatte hatten ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ist ja jede jeder jetzt
  kann kein keine konnen konnte konnten machen mal man mehr mein meine mich mir mit mochte mochten mussen muss nach nein
  nicht noch nun nur ob oder ohne sagen schon sehr sein seine sich sie sind so soll sollte uber um und uns unser unsere
  unserem unseren unserer vom von vor war waren warum was weil welche welchen welcher wenn wer werden wie wieder wir wird
  wissen wo wollen wurde wurden zu zum zur`.split(/\s+/),
);

/** What callers ask for in other words than prompts tell it. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['offen', 'offnen'],
  ['preis', 'kosten'],
  ['preise', 'kosten'],
  ['price', 'cost'],
  ['prices', 'cost'],
  ['wifi', 'wlan'],
]);

/** Scripts without spaces between words, which need a dictionary: ten times the cost. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

/** The stems of a text's content words in order, without case, accents and common endings; roughly, in English and German. */
export const stemsOf = (text: string): readonly string[] => {
  const stems: string[] = [];
  for (const written of wordsIn(text)) {
    const word = plain(written);
    if (word !== '' && !STOP_WORDS.has(word)) stems.push(stem(SYNONYMS.get(word) ?? word));
  }
  return stems;
};

const wordsIn = (text: string): readonly string[] =>
  UNSPACED.test(text)
    ? Array.from(segmenter.segment(text)).flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []))
    : (text.match(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu) ?? []);

/** `ﬁ` and `Ä` as `fi` and `a`; the vowel signs of other scripts stay. */
const plain = (word: string): string => {
  const lower = word.toLowerCase();
  return /^[a-z0-9]+$/.test(lower) ? lower : withoutAccents(lower);
};

const withoutAccents = (word: string): string =>
  word
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f'’]/g, '');

/** Longest first: what is left must have three letters. */
const ENDING = /(?<=...)(?:ings?|ungen|ung|edly|ern|ers|ed|en|em|er|es|ly|st|e|n|s|t)$/;

const stem = (word: string): string => {
  if (!/^[a-z]+$/.test(word)) return word;
  const participle = /^ge(....+?)e?t$/.exec(word)?.[1]; // geöffnet: öffn-
  const root = participle ?? word.replace(/ies$/, 'y').replace(ENDING, '');
  return root.replace(/([b-df-hj-np-tv-z])\1$/, '$1').replace(/(?<=...)e$/, '');
};

/** How much two stems are alike: 1 when equal, less when one begins or ends with the other ("preis", "zimmerpreis"). */
export const likeness = (a: string, b: string): number => {
  if (a === b) return 1;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length >= 4 && long.startsWith(short)) return 0.6;
  return short.length >= 5 && long.endsWith(short) ? 0.5 : 0;
};
