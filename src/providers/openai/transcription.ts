import { type OpenAI, toFile } from 'openai';
import { z } from 'zod';
import { decodeMuLaw, SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { writeWav } from '../../audio/wav.js';
import type { ExchangeOptions } from '../exchange.js';
import { parseAnswer } from './answer-shape.js';
import { exchange } from './exchange.js';
import { openAiError } from './failure.js';
import { languageHint } from './language-hint.js';

/** The words so far; the last are complete. */
export interface Words {
  readonly text: string;
  readonly complete: boolean;
}

const transcriptEvent = z.object({
  type: z.string(),
  delta: z.string().nullish(),
  text: z.string().nullish(),
});
const transcriptJson = z.object({ text: z.string() });

export interface TranscriptionRequest extends ExchangeOptions {
  readonly model: string;
  readonly language: string;
}

/** The words of one utterance (mu-law), as OpenAI finds them. Ends without complete words only when the signal aborts. */
export async function* transcribe(
  client: OpenAI,
  utterance: Uint8Array,
  { model, language, ...options }: TranscriptionRequest,
): AsyncGenerator<Words, void> {
  const operation = { capability: 'speechToText', model } as const;
  const wav = writeWav({ samples: decodeMuLaw(utterance), sampleRateHz: SAMPLE_RATE_HZ });
  const streams = isStreamed(model);
  const events = exchange<unknown>(operation, options, async (signal) => {
    // The name's ending tells the API the container.
    const file = await toFile(wav, 'utterance.wav', { type: 'audio/wav' });
    const body = { file, model, response_format: 'json', ...languageHint(model, language) } as const;
    return streams
      ? client.audio.transcriptions.create({ ...body, stream: true }, { signal })
      : [await client.audio.transcriptions.create(body, { signal })];
  });
  let text: string | null = null;
  for await (const event of events) {
    if (!streams) {
      text = parseAnswer(operation, transcriptJson, event).text;
      continue;
    }
    const { type, delta, text: whole } = parseAnswer(operation, transcriptEvent, event);
    if (type === 'transcript.text.done') text = whole ?? text;
    if (type !== 'transcript.text.delta') continue;
    text = (text ?? '') + (delta ?? '');
    yield { text, complete: false };
  }
  if (options.signal.aborted) return;
  if (text === null) throw openAiError(operation, 'ended its answer without a transcript.');
  yield { text, complete: true };
}

/** Whisper ignores `stream`, and so do compatible servers with models of other names. */
const isStreamed = (model: string): boolean => /^gpt-.*transcribe/.test(model);
