import type { SpeechToTextStream, Transcript } from '../../src/providers/speech-to-text.js';

export interface TranscriptReader {
  /** Throws where the transcripts end. */
  next(): Promise<Transcript>;
  /** Up to the next final one. */
  final(): Promise<Transcript>;
}

/** Reads a stream's transcripts one by one, as a test wants them. */
export const transcriptReader = (stream: SpeechToTextStream): TranscriptReader => {
  const transcripts = stream.transcripts[Symbol.asyncIterator]();
  const next = async (): Promise<Transcript> => {
    const { value, done } = await transcripts.next();
    if (done) throw new Error('The transcripts ended');
    return value;
  };
  const final = async (): Promise<Transcript> => {
    for (;;) {
      const transcript = await next();
      if (transcript.final) return transcript;
    }
  };
  return { next, final };
};
