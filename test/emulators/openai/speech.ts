import { type Answer, type Delivery, refusal } from './delivery.js';

/** What is heard; by default a tone as long as the text takes to say. */
export interface SpeechScript extends Delivery {
  /** The body, byte for byte. */
  readonly bytes?: Uint8Array;
}

interface SpeechBody {
  readonly input?: string;
  readonly response_format?: string;
}

const RATE_HZ = 24_000;
/** About 16 characters a second, as people speak. */
const MS_PER_CHARACTER = 60;
const TONE_HZ = 440;
const AMPLITUDE = 8000;

/** `POST /audio/speech`: raw samples, 16 bits, little-endian, mono, 24 kHz. */
export const speech = ({ input = '', response_format }: SpeechBody, { bytes }: SpeechScript): Answer => {
  if (response_format !== 'pcm')
    return refusal(400, 'invalid_value', 'Only pcm is emulated.', 'response_format');
  if (input === '' || input.length > 4096) return refusal(400, 'invalid_value', 'Invalid input.', 'input');
  return { status: 200, contentType: 'audio/pcm', body: bytes ?? tone(input.length * MS_PER_CHARACTER) };
};

const tone = (ms: number): Uint8Array => {
  const samples = (ms * RATE_HZ) / 1000;
  const pcm = Buffer.alloc(2 * samples);
  for (let n = 0; n < samples; n++) {
    pcm.writeInt16LE(Math.round(AMPLITUDE * Math.sin((2 * Math.PI * TONE_HZ * n) / RATE_HZ)), 2 * n);
  }
  return pcm;
};
