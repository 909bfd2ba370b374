import type { ServedSocket } from '../socket-server.js';

/** What a caller says. */
export interface NovaSpeech {
  /** Each word, and where it ends, in ms of audio. */
  readonly words?: readonly (readonly [word: string, endMs: number])[];
  /** Where Deepgram closes a stretch by itself, in ms of audio. */
  readonly stretchEndsMs?: readonly number[];
  /** Instead of an answer to `Finalize`: nothing, as where there is little audio. */
  readonly ignoresFinalize?: boolean;
}

/** v1: interims as the words come; a final where a stretch ends, and for `Finalize`. */
export const serveNova = (served: ServedSocket, speech: NovaSpeech): void => {
  const { words = [], stretchEndsMs = [], ignoresFinalize = false } = speech;
  let heardMs = 0;
  let finalMs = 0;
  const textBetween = (fromMs: number, toMs: number) =>
    words
      .filter(([, endMs]) => endMs > fromMs && endMs <= toMs)
      .map(([word]) => word)
      .join(' ');
  const results = (toMs: number, kind: { is_final: boolean; from_finalize?: boolean }) => {
    const transcript = textBetween(finalMs, toMs);
    served.send({
      type: 'Results',
      channel_index: [0, 1],
      start: finalMs / 1000,
      duration: (toMs - finalMs) / 1000,
      speech_final: kind.is_final,
      from_finalize: false,
      channel: { alternatives: [{ transcript, confidence: transcript === '' ? 0 : 0.98, words: [] }] },
      metadata: { request_id: 'emulated', model_info: {}, model_uuid: '' },
      ...kind,
    });
    if (kind.is_final) finalMs = toMs;
  };
  served.socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) {
      const { type } = JSON.parse(String(data));
      if (type === 'Finalize' && !ignoresFinalize) results(heardMs, { is_final: true, from_finalize: true });
      if (type === 'CloseStream') served.send({ type: 'Metadata', request_id: 'emulated', channels: 1 });
      return;
    }
    const beforeMs = heardMs;
    heardMs += data.length / 8;
    if (textBetween(beforeMs, heardMs) !== '') results(heardMs, { is_final: false });
    const ends = stretchEndsMs.some((endMs) => endMs > beforeMs && endMs <= heardMs);
    if (ends) results(heardMs, { is_final: true });
  });
};
