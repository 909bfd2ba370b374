import { LRUCache } from 'lru-cache';
import type { QuotedPassage } from '../quoted-passages.js';
import { promptSentences } from './prompt-sentences.js';
import { keyClauses, spokenSentence } from './prompt-speech.js';
import { likeness, stemsOf } from './stems.js';

/** A system prompt, as the sandbox's model reads it. */
export interface Prompt {
  /** What the agent may say. `weight`, 0 to 1: how well it answers a question. */
  readonly sentences: readonly { readonly text: string; readonly weight: number }[];
  /** In which sentences each stem stands. */
  readonly places: ReadonlyMap<string, readonly number[]>;
  /** What is said about each key of the telephone: "Press 1 for opening hours." */
  readonly keys: ReadonlyMap<string, string>;
  /** In words. */
  readonly length: number;
}

/** A menu names many things and explains none; who the agent is answers few questions. */
const WEIGHTS = { fact: 1, quote: 1, persona: 0.4, menu: 0.2 } as const;

/** More than two should be read and not heard. */
const MAX_SENTENCES = 2;
/** A score so near the best is as good. */
const NEARLY = 0.99;

/** What the agent was told beside its prompt, as a part of it: what a document says is a fact, whatever it says. */
export const withFacts = (prompt: Prompt, passages: readonly QuotedPassage[]): Prompt => {
  if (passages.length === 0) return prompt;
  const sentences = [...prompt.sentences];
  const places = new Map(prompt.places);
  let { length } = prompt;
  for (const { title, text: written } of passages) {
    for (const { text, heading } of promptSentences(written)) {
      for (const stem of new Set(stemsOf(`${title} ${heading} ${text}`))) {
        places.set(stem, [...(places.get(stem) ?? []), sentences.length]);
      }
      sentences.push({ text, weight: WEIGHTS.fact });
    }
    length += wordsIn(written);
  }
  return { ...prompt, sentences, places, length };
};

/** A prompt of up to 32,000 characters is the same at each answer. */
const cache = new LRUCache<string, Prompt>({ max: 200 });

export const readPrompt = (text: string): Prompt => {
  const known = cache.get(text);
  if (known) return known;
  const prompt = parse(text);
  cache.set(text, prompt);
  return prompt;
};

const parse = (prompt: string): Prompt => {
  const sentences: { text: string; weight: number }[] = [];
  const places = new Map<string, number[]>();
  const keys = new Map<string, string>();
  for (const { text: written, heading } of promptSentences(prompt)) {
    const { text, kind } = spokenSentence(written);
    for (const clause of keyClauses(written)) keys.set(clause.key, kind === 'quote' ? text : clause.text);
    if (kind === 'order') continue;
    for (const stem of new Set(stemsOf(`${heading} ${written}`))) {
      const known = places.get(stem);
      if (known) known.push(sentences.length);
      else places.set(stem, [sentences.length]);
    }
    sentences.push({ text, weight: WEIGHTS[kind] });
  }
  return { sentences, places, keys, length: wordsIn(prompt) };
};

const wordsIn = (text: string): number => text.match(/\S+/g)?.length ?? 0;

/** The sentences that share most with a text, rare words counting more, in the prompt's order; none that share nothing. */
export const sentencesAbout = ({ sentences, places }: Prompt, text: string): readonly string[] => {
  const scores = new Float64Array(sentences.length);
  for (const stem of new Set(stemsOf(text))) {
    const found = matchesOf(places, stem);
    const rarity = Math.log(1 + sentences.length / found.size);
    for (const [at, strength] of found) {
      scores[at] = (scores[at] ?? 0) + strength * rarity * (sentences[at]?.weight ?? 0);
    }
  }
  const best = Math.max(0, ...scores);
  if (best === 0) return [];
  const chosen = sentences.filter((_, at) => (scores[at] ?? 0) >= NEARLY * best);
  return chosen.slice(0, MAX_SENTENCES).map((sentence) => sentence.text);
};

const matchesOf = (places: Prompt['places'], stem: string): ReadonlyMap<number, number> => {
  const found = new Map<number, number>();
  for (const [other, sentences] of places) {
    const strength = likeness(stem, other);
    if (strength === 0) continue;
    for (const at of sentences) found.set(at, Math.max(strength, found.get(at) ?? 0));
  }
  return found;
};
