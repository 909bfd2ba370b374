/** One sound of speech, as the built-in voice makes it. Its parameters glide from one sound to the next. */
export interface Sound {
  readonly lengthMs: number;
  /** The vocal tract's resonances in Hz, of a low voice. */
  readonly formantsHz: readonly [number, number, number];
  /** The glottis, 0 to 1. */
  readonly voicing: number;
  /** Friction, 0 to 1, around `noiseHz`. */
  readonly noise: number;
  readonly noiseHz: number;
  /** A syllable's middle. */
  readonly isVowel: boolean;
}

/** Lengths that make about 160 words of English a minute, with the pauses of planned speech. */
const VOWEL_MS = 138;
const GLIDE_MS = 84;
const CONSONANT_MS = 65;
const CLOSURE_MS = 38;
const BURST_MS = 20;

const NEUTRAL_HZ = [500, 1500, 2450] as const;

const vowel = (f1: number, f2: number, f3: number): Sound => ({
  lengthMs: VOWEL_MS,
  formantsHz: [f1, f2, f3],
  voicing: 1,
  noise: 0,
  noiseHz: 0,
  isVowel: true,
});

const consonant = (sound: Partial<Sound>): Sound => ({
  lengthMs: CONSONANT_MS,
  formantsHz: NEUTRAL_HZ,
  voicing: 0,
  noise: 0,
  noiseHz: 0,
  isVowel: false,
  ...sound,
});

/** The lips or the tongue close, then let go. */
const stop = (noiseHz: number, voicing: number): readonly Sound[] => [
  consonant({ lengthMs: CLOSURE_MS, voicing, formantsHz: [250, 1000, 2300] }),
  consonant({ lengthMs: BURST_MS, voicing, noise: 0.25, noiseHz }),
];

const SCHWA = vowel(...NEUTRAL_HZ);

/** After Peterson and Barney's averages of men (1952). */
const VOWELS: Readonly<Record<string, Sound>> = {
  a: vowel(730, 1090, 2440),
  e: vowel(530, 1840, 2480),
  i: vowel(300, 2200, 2900),
  o: vowel(500, 900, 2400),
  u: vowel(320, 900, 2250),
  y: vowel(300, 2200, 2900),
  ä: vowel(600, 1750, 2450),
  ö: vowel(450, 1450, 2300),
  ü: vowel(300, 1750, 2200),
};

const S = consonant({ noise: 0.18, noiseHz: 3500 });
const SH = consonant({ noise: 0.4, noiseHz: 2500 });
const K = stop(1900, 0);

/** By spelling; the longest comes first. */
const CONSONANTS: readonly (readonly [string, readonly Sound[]])[] = [
  ['sch', [SH]],
  ['sh', [SH]],
  ['ch', [consonant({ noise: 0.3, noiseHz: 2200 })]],
  ['th', [consonant({ noise: 0.12, noiseHz: 3000 })]],
  ['ph', [consonant({ noise: 0.15, noiseHz: 1800 })]],
  ['ck', K],
  ['ng', [consonant({ voicing: 0.9, formantsHz: [280, 1700, 2400] })]],
  ['b', stop(900, 0.15)],
  ['c', K],
  ['d', stop(3200, 0.15)],
  ['f', [consonant({ noise: 0.3, noiseHz: 1800 })]],
  ['g', stop(1900, 0.15)],
  ['h', [consonant({ noise: 0.4, noiseHz: 1500 })]],
  ['j', [consonant({ voicing: 0.6, formantsHz: [300, 2200, 2900] })]],
  ['k', K],
  ['l', [consonant({ voicing: 0.6, formantsHz: [360, 1100, 2500] })]],
  ['m', [consonant({ voicing: 0.9, formantsHz: [280, 1000, 2200] })]],
  ['n', [consonant({ voicing: 0.9, formantsHz: [280, 1450, 2300] })]],
  ['p', stop(900, 0)],
  ['q', K],
  ['r', [consonant({ voicing: 0.6, formantsHz: [400, 1200, 1600] })]],
  ['s', [S]],
  ['ß', [S]],
  ['t', stop(3300, 0)],
  ['v', [consonant({ voicing: 0.4, noise: 0.1, noiseHz: 1800 })]],
  ['w', [consonant({ voicing: 0.6, formantsHz: [320, 700, 2200] })]],
  ['x', [...K, S]],
  ['z', [consonant({ voicing: 0.4, noise: 0.12, noiseHz: 3400 })]],
];

/**
 * The sounds of a word by its spelling, roughly; none for what has neither letters, digits nor symbols. A digit, an emoji
 * or a letter of another script is a syllable of its own: its name isn't known, but its length is.
 */
export const soundsOf = (word: string, language: string): readonly Sound[] => {
  const letters = spelling(word, language);
  const sounds: Sound[] = [];
  for (let at = 0; at < letters.length; ) {
    const { length, spoken } = soundAt(letters, at);
    const previous = sounds.at(-1);
    // Two vowels in a row are one syllable's glide.
    if (spoken[0]?.isVowel && previous?.isVowel) {
      sounds[sounds.length - 1] = { ...previous, lengthMs: GLIDE_MS };
      sounds.push({ ...spoken[0], lengthMs: GLIDE_MS });
    } else sounds.push(...spoken);
    at += length;
  }
  return sounds.length === 0 || sounds.some((sound) => sound.isVowel) ? sounds : [...sounds, SCHWA];
};

/** In lower case, without accents but the umlauts, without doubled letters and what English doesn't speak. */
const spelling = (word: string, language: string): string => {
  const plain = word
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^a-zäöüß]+/gu, (others) => others.normalize('NFD').replace(/\p{M}/gu, ''))
    .replace(/([a-zäöü])\1+/g, '$1');
  return language.startsWith('en')
    ? plain.replace(/(?<=[aeiouy].*[b-df-hj-km-np-tv-z])e(?=\P{L}*$)/u, '')
    : plain;
};

const soundAt = (letters: string, at: number): { length: number; spoken: readonly Sound[] } => {
  const letter = String.fromCodePoint(letters.codePointAt(at) ?? 0);
  const known = VOWELS[letter];
  if (known) return { length: 1, spoken: [known] };
  const spelled = CONSONANTS.find(([spelling]) => letters.startsWith(spelling, at));
  if (spelled) return { length: spelled[0].length, spoken: spelled[1] };
  return { length: letter.length, spoken: /[\p{L}\p{N}\p{S}]/u.test(letter) ? syllableOf(letter) : [] };
};

const VOWEL_LIST = Object.values(VOWELS);

const syllableOf = (character: string): readonly Sound[] => {
  const code = character.codePointAt(0) ?? 0;
  const [, onset] = CONSONANTS[code % CONSONANTS.length] ?? ['', []];
  return [...onset, VOWEL_LIST[code % VOWEL_LIST.length] ?? SCHWA];
};
