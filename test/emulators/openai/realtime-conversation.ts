import { type ServedSocket, type SocketServer, startSocketServer } from '../socket-server.js';
import { EmulatedConversation } from './realtime-conversation-items.js';
import { type AnswerScript, answerFor, ResponseEmulation } from './realtime-conversation-response.js';
import { CallerAudio } from './realtime-conversation-speech.js';

export type { AnswerScript } from './realtime-conversation-response.js';

/** What the next stretch of audio says; without a script, the words that a simulated caller's audio carries. */
export interface HeardSpeech {
  readonly text?: string;
  /** Waited for before the words come: a gate that a test opens. */
  readonly after?: Promise<unknown>;
  /** Instead of words. */
  readonly failure?: Readonly<Record<string, unknown>>;
}

export interface RealtimeConversationEmulator extends SocketServer {
  /** For the client's `baseURL`. */
  readonly baseUrl: string;
  readonly speech: HeardSpeech[];
  /** For the next responses, in order; without a script the model says what it heard. */
  readonly answers: AnswerScript[];
  /** Instead of a session: an error event. */
  readonly refusals: Readonly<Record<string, unknown>>[];
  /** Each socket's, in order. */
  readonly conversations: readonly EmulatedConversation[];
}

type ClientEvent = Readonly<Record<string, unknown>> & { readonly event_id?: string };
type Reason = Readonly<Record<string, unknown>>;

/** OpenAI's realtime socket in its conversation mode, on a port of this machine. It keeps a conversation, as OpenAI does. */
export const startRealtimeConversationEmulator = async (): Promise<RealtimeConversationEmulator> => {
  const scripts = { speech: [] as HeardSpeech[], answers: [] as AnswerScript[], refusals: [] as Reason[] };
  const conversations: EmulatedConversation[] = [];
  const server = await startSocketServer(
    ({ authorization }) => authorization?.startsWith('Bearer ') ?? false,
    (served) => {
      const conversation = new EmulatedConversation();
      conversations.push(conversation);
      serve(served, conversation, scripts);
    },
  );
  return { ...server, baseUrl: `${server.origin}/v1`, ...scripts, conversations };
};

interface Scripts {
  readonly speech: HeardSpeech[];
  readonly answers: AnswerScript[];
  readonly refusals: Reason[];
}

const serve = (served: ServedSocket, conversation: EmulatedConversation, scripts: Scripts): void => {
  const refuse = (code: string | null, message: string, event: ClientEvent = {}) =>
    served.send({
      type: 'error',
      error: { type: 'invalid_request_error', code, message, event_id: event.event_id ?? null },
    });
  const audio = new CallerAudio((words, bytes) => {
    const id = conversation.addHeard();
    served.send({ type: 'input_audio_buffer.committed', item_id: id });
    void transcribe(served, conversation, { id, words, bytes }, scripts.speech.shift() ?? {});
  });
  let response: ResponseEmulation | null = null;
  const take: Readonly<Record<string, (event: ClientEvent) => void>> = {
    'session.update': (event) => {
      const refusal = scripts.refusals.shift();
      if (refusal) return served.send({ type: 'error', error: refusal });
      audio.configure(event.session);
      served.send({ type: 'session.updated', session: event.session });
    },
    'input_audio_buffer.append': (event) => audio.append(String(event.audio)),
    'input_audio_buffer.clear': () => audio.clear(),
    'input_audio_buffer.commit': (event) => {
      if (!audio.commit())
        refuse('input_audio_buffer_commit_empty', 'Buffer too small: something secret.', event);
    },
    'conversation.item.create': (event) => {
      if (!conversation.create(event)) refuse('item_create_invalid_previous_item', 'No such item.', event);
    },
    'conversation.item.delete': (event) => {
      if (!conversation.delete(event.item_id)) refuse('item_delete_invalid_item_id', 'No such item.', event);
    },
    'conversation.item.truncate': (event) => {
      const problem = conversation.truncate(event);
      if (problem) refuse('invalid_value', problem, event);
    },
    'response.create': (event) => {
      if (response?.isActive) {
        return refuse('conversation_already_has_active_response', 'There is one already.', event);
      }
      const script = answerFor(conversation, scripts.answers);
      if (script.refusal) {
        return served.send({ type: 'error', error: { ...script.refusal, event_id: event.event_id } });
      }
      response = new ResponseEmulation(served, conversation, script);
      void response.run();
    },
    'response.cancel': (event) => {
      if (response?.isActive) response.cancel();
      else refuse('response_cancel_not_active', 'Nothing to cancel.', event);
    },
  };
  served.send({ type: 'session.created', session: { type: 'realtime' } });
  served.socket.on('message', (data: Buffer) => {
    const event = JSON.parse(String(data));
    take[event.type]?.(event);
  });
};

const transcribe = async (
  served: ServedSocket,
  conversation: EmulatedConversation,
  heard: { readonly id: string; readonly words: string; readonly bytes: number },
  { text, after, failure }: HeardSpeech,
): Promise<void> => {
  await after;
  const type = 'conversation.item.input_audio_transcription';
  const item = { item_id: heard.id, content_index: 0 };
  if (failure) return served.send({ type: `${type}.failed`, ...item, error: failure });
  const transcript = text ?? heard.words;
  conversation.transcribe(heard.id, transcript);
  served.send({ type: `${type}.delta`, ...item, delta: transcript });
  served.send({ type: `${type}.completed`, ...item, transcript, usage: { type: 'duration', seconds: 1 } });
};
