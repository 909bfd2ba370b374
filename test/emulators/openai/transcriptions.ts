import { readWav } from '../../../src/audio/wav.js';
import { type Answer, type Delivery, events, json, refusal } from './delivery.js';

/** What was said; by default it tells how long the speech was. */
export interface TranscriptionScript extends Delivery {
  readonly text?: string;
  /** Instead: the events' data, word for word. */
  readonly data?: readonly unknown[];
}

export interface UploadedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

interface TranscriptionBody {
  readonly model?: string;
  readonly file?: UploadedFile;
  readonly language?: string;
  readonly stream?: string;
}

/** `POST /audio/transcriptions`: takes WAV, and streams where the model can. */
export const transcriptions = (body: TranscriptionBody, { text, data }: TranscriptionScript): Answer => {
  if (data) return events(data);
  const { model = '', file, language } = body;
  if (!file?.name.endsWith('.wav')) return refusal(400, 'unsupported_format', 'Unsupported format', 'file');
  if (language === 'eu') return refusal(400, 'invalid_value', "Language code 'eu' is not recognized.");
  const { samples, sampleRateHz } = readWav(file.bytes);
  const seconds = samples.length / sampleRateHz;
  if (seconds < 0.1) return refusal(400, 'invalid_value', `Audio of ${seconds} seconds is too short.`);
  const said = text ?? `I spoke for ${seconds.toFixed(1)} seconds.`;
  if (body.stream !== 'true' || model === 'whisper-1') return json({ text: said });
  return events([
    ...(said.match(/\s*\S+/g) ?? []).map((delta) => ({ type: 'transcript.text.delta', delta })),
    { type: 'transcript.text.done', text: said },
    '[DONE]',
  ]);
};
