import { type ServedSocket, type SocketServer, startSocketServer } from '../socket-server.js';

/** What the next commits hear, in order; without a script, how long the audio was. */
export interface CommittedSpeech {
  readonly text?: string;
  /** Waited for before the words come: a gate that a test opens. */
  readonly after?: Promise<unknown>;
  /** Instead of words. */
  readonly failure?: Readonly<Record<string, unknown>>;
}

export interface RealtimeTranscriptionEmulator extends SocketServer {
  /** For the client's `baseURL`. */
  readonly baseUrl: string;
  readonly speech: CommittedSpeech[];
  /** Instead of a session: an error event. */
  readonly refusals: Readonly<Record<string, unknown>>[];
}

/** OpenAI's realtime socket in its transcription mode, on a port of this machine. */
export const startRealtimeTranscriptionEmulator = async (): Promise<RealtimeTranscriptionEmulator> => {
  const speech: CommittedSpeech[] = [];
  const refusals: Readonly<Record<string, unknown>>[] = [];
  const server = await startSocketServer(
    ({ authorization }) => authorization?.startsWith('Bearer ') ?? false,
    (served) => serve(served, speech, refusals),
  );
  return { ...server, baseUrl: `${server.origin}/v1`, speech, refusals };
};

/** The least that can be committed, in bytes of mu-law. */
const SHORTEST_BYTES = 800;

const serve = (
  served: ServedSocket,
  speech: CommittedSpeech[],
  refusals: Readonly<Record<string, unknown>>[],
): void => {
  let bytes = 0;
  let items = 0;
  const error = (reason: Readonly<Record<string, unknown>>) => served.send({ type: 'error', error: reason });
  const commit = () => {
    if (bytes < SHORTEST_BYTES) {
      const message = `Error committing input audio buffer: buffer too small, ${bytes} bytes.`;
      return error({ type: 'invalid_request_error', code: 'input_audio_buffer_commit_empty', message });
    }
    const item = `item_${items++}`;
    const previous = items > 1 ? `item_${items - 2}` : null;
    served.send({ type: 'input_audio_buffer.committed', item_id: item, previous_item_id: previous });
    const script = speech.shift() ?? {};
    const text = script.text ?? `I spoke for ${(bytes / 8000).toFixed(2)} seconds.`;
    bytes = 0;
    void (script.after ?? Promise.resolve()).then(() => transcribe(served, item, text, script.failure));
  };
  const take: Readonly<Record<string, (event: { readonly audio?: string }) => void>> = {
    'session.update': () => {
      const refusal = refusals.shift();
      if (refusal) error(refusal);
      else served.send({ type: 'session.updated', session: {} });
    },
    'input_audio_buffer.append': ({ audio = '' }) => {
      bytes += Buffer.from(audio, 'base64').length;
    },
    'input_audio_buffer.clear': () => {
      bytes = 0;
      served.send({ type: 'input_audio_buffer.cleared' });
    },
    'input_audio_buffer.commit': commit,
  };
  served.send({ type: 'session.created', session: { type: 'transcription' } });
  served.socket.on('message', (data: Buffer) => {
    const event = JSON.parse(String(data));
    take[event.type]?.(event);
  });
};

const transcribe = (
  served: ServedSocket,
  item_id: string,
  text: string,
  failure: CommittedSpeech['failure'],
): void => {
  const type = 'conversation.item.input_audio_transcription';
  if (failure) return served.send({ type: `${type}.failed`, item_id, content_index: 0, error: failure });
  for (const delta of text.match(/\s*\S+/g) ?? []) {
    served.send({ type: `${type}.delta`, item_id, content_index: 0, delta });
  }
  served.send({ type: `${type}.completed`, item_id, content_index: 0, transcript: text, usage: {} });
};
