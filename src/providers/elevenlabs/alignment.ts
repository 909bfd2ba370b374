import { z } from 'zod';
import type { TimedWord } from '../text-to-speech.js';

/** Times of characters, in ms from the start of the audio that they came with. */
export const alignmentSchema = z.object({
  chars: z.array(z.string()),
  charStartTimesMs: z.array(z.number()),
  charDurationsMs: z.array(z.number()),
});

export type Alignment = z.infer<typeof alignmentSchema>;

/** Words of the characters that come in one piece of audio after the other; a word may begin in one and end in the next. */
export class WordsOfCharacters {
  #open: TimedWord | null = null;

  /** The words that ended. `fromMs`: where the piece's audio begins in the whole. */
  push({ chars, charStartTimesMs, charDurationsMs }: Alignment, fromMs: number): readonly TimedWord[] {
    const words: TimedWord[] = [];
    for (const [n, text] of chars.entries()) {
      if (text.trim() === '') {
        words.push(...this.end());
        continue;
      }
      const startMs = fromMs + (charStartTimesMs[n] ?? 0);
      const endMs = startMs + (charDurationsMs[n] ?? 0);
      const { text: before, startMs: since } = this.#open ?? { text: '', startMs };
      this.#open = { text: before + text, startMs: since, endMs };
    }
    return words;
  }

  /** The last word: nothing follows. */
  end(): readonly TimedWord[] {
    const words = this.#open ? [this.#open] : [];
    this.#open = null;
    return words;
  }
}
