import { sumOf, type Usage } from '../language-model.js';
import { Patience } from '../patience.js';
import { ProviderSocket } from '../provider-socket.js';
import { withPassages } from '../quoted-passages.js';
import type { Failure } from '../service.js';
import type {
  SpeechToSpeechOptions,
  SpeechToSpeechStream,
  SpokenAnswerPart,
  SpokenAnswerRequest,
} from '../speech-to-speech.js';
import { TranscriptQueue } from '../transcript-queue.js';
import { RealtimeAnswer } from './realtime-conversation-answer.js';
import {
  type RealtimeEvent,
  type RealtimeReason,
  readConversationEvent,
} from './realtime-conversation-events.js';
import { RealtimeHearing } from './realtime-conversation-input.js';
import { ConversationItems } from './realtime-conversation-items.js';
import {
  conversationSession,
  conversationUrl,
  instructionsOf,
  type RealtimeModels,
} from './realtime-conversation-session.js';
import { errorOf } from './realtime-transcription-events.js';

export interface RealtimeConversationOptions extends SpeechToSpeechOptions {
  readonly apiKey: string;
  /** `https://…/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly models: RealtimeModels;
  /** How long OpenAI may take to connect, and may be silent while it owes words or an answer. */
  readonly patienceMs: number;
  readonly failure: Failure;
}

/** Names our requests to OpenAI, in the errors that it answers with. */
const EVENT = {
  answer: 'answer',
  /** Where it can't be done the answer is over or the item gone, and that changes nothing. */
  tidy: 'tidy',
} as const;

/** So many answers may still be playing. */
const REMEMBERED_ANSWERS = 8;

/**
 * A conversation over OpenAI's realtime socket. OpenAI answers when it's asked to, and never by itself: when the caller's
 * turn is over, and what of it is an echo or noise, is decided where the ledger is written.
 */
export class RealtimeConversation implements SpeechToSpeechStream {
  readonly transcripts: TranscriptQueue;
  readonly #options: RealtimeConversationOptions;
  readonly #socket: ProviderSocket | null;
  readonly #patience: Patience;
  readonly #hearing: RealtimeHearing;
  readonly #items = new ConversationItems();
  readonly #answers = new Map<string, RealtimeAnswer>();
  /** The response under way, and those that wait for its end. OpenAI refuses a second one. */
  #active: { readonly answer: RealtimeAnswer; responseId: string | null } | null = null;
  #waiting: { readonly answer: RealtimeAnswer; readonly request: SpokenAnswerRequest }[] = [];
  #tokens: Usage | null = null;
  #isReady = false;
  #isOver = false;
  readonly #abort = (): void => {
    this.transcripts.abandon();
    this.#socket?.close();
    this.#end(null);
  };

  constructor(options: RealtimeConversationOptions) {
    const { apiKey, baseUrl, model, models, patienceMs, failure, signal, decidesTurns } = options;
    this.#options = options;
    this.transcripts = new TranscriptQueue(this.#abort);
    this.#patience = new Patience(patienceMs, () =>
      this.#fail(failure(`sent nothing for ${patienceMs} ms.`, { retryable: true })),
    );
    this.#hearing = new RealtimeHearing({
      decidesTurns,
      send: (event) => this.#send(event),
      onTranscript: (transcript) => this.transcripts.push(transcript),
    });
    if (signal.aborted) {
      this.#socket = null;
      this.#end(null);
      return;
    }
    this.#socket = new ProviderSocket({
      url: conversationUrl(baseUrl, model),
      headers: { authorization: `Bearer ${apiKey}` },
      openWithinMs: patienceMs,
      keyVariable: 'OPENAI_API_KEY',
      urlVariable: 'OPENAI_BASE_URL',
      failure,
      onMessage: (message) => this.#onMessage(message),
      onFailure: (error) => this.#end(error),
    });
    signal.addEventListener('abort', this.#abort, { once: true });
    this.#send({ type: 'session.update', session: conversationSession(models, options) });
    this.#patience.begin();
  }

  get heardMs(): number {
    return this.#hearing.heardMs;
  }

  write(frame: Uint8Array, voiced: boolean): void {
    if (!this.#isOver) this.#hearing.write(frame, voiced);
  }

  get tokens(): Usage | null {
    return this.#tokens;
  }

  finalize(): void {
    if (this.#isOver) return;
    this.#hearing.finalize();
    this.#watch();
  }

  async *answer(request: SpokenAnswerRequest): AsyncGenerator<SpokenAnswerPart, void> {
    const { signal } = request;
    if (signal.aborted) return;
    if (this.#isOver) throw this.#options.failure('has no connection any more.', { retryable: true });
    const answer = new RealtimeAnswer(request.id);
    this.#remember(answer);
    const leave = (): void => this.#leave(answer);
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.push({ answer, request });
    this.#askNext();
    try {
      yield* answer.read(signal);
    } finally {
      signal.removeEventListener('abort', leave);
      this.#leave(answer);
    }
  }

  truncate(id: string, heardMs: number): void {
    const answer = this.#answers.get(id);
    if (!answer || this.#isOver) return;
    for (const { id: item_id, endMs } of answer.heardItems(heardMs)) {
      if (endMs === null) continue;
      if (endMs > 0) this.#cut(item_id, endMs);
      else this.#delete(item_id);
    }
    this.#answers.delete(id);
  }

  #cut(item_id: string, audio_end_ms: number): void {
    const cut = { event_id: EVENT.tidy, item_id, content_index: 0, audio_end_ms };
    this.#send({ type: 'conversation.item.truncate', ...cut });
    this.#items.cut(item_id);
  }

  /** OpenAI doesn't truncate to nothing. */
  #delete(item_id: string): void {
    this.#send({ type: 'conversation.item.delete', event_id: EVENT.tidy, item_id });
    this.#items.deleted(item_id);
  }

  #askNext(): void {
    if (this.#active || this.#isOver) return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#active = { answer: next.answer, responseId: null };
    for (const event of this.#items.agree(next.request.messages)) {
      this.#send(event.type === 'conversation.item.delete' ? { ...event, event_id: EVENT.tidy } : event);
    }
    this.#send({ type: 'response.create', event_id: EVENT.answer, ...this.#quoting(next.request) });
    this.#watch();
  }

  /** A response's own instructions stand in the place of the session's: what is quoted is in no later answer's. */
  #quoting({ passages }: SpokenAnswerRequest): { readonly response?: object } {
    if (passages.length === 0) return {};
    return { response: { instructions: withPassages(instructionsOf(this.#options), passages) } };
  }

  /** Nobody waits for it any more. */
  #leave(answer: RealtimeAnswer): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.answer !== answer);
    if (this.#active?.answer !== answer || answer.isOver) return;
    answer.end();
    this.#items.broken(answer.items.map(({ id }) => id));
    const { responseId } = this.#active;
    const named = responseId === null ? {} : { response_id: responseId };
    this.#send({ type: 'response.cancel', event_id: EVENT.tidy, ...named });
  }

  #onMessage(message: unknown): void {
    const event = readConversationEvent(message, this.#options.failure);
    if (event) this.#take(event);
    this.#watch();
  }

  #take(event: RealtimeEvent): void {
    const { failure } = this.#options;
    switch (event.type) {
      case 'session.updated':
        this.#isReady = true;
        return;
      case 'input_audio_buffer.committed':
        this.#items.heard(event.item_id);
        return this.#hearing.onCommitted(event.item_id);
      case 'conversation.item.input_audio_transcription.completed':
        this.#items.transcribed(event.item_id, event.transcript);
        return this.#hearing.onTranscribed(event.item_id, event.transcript);
      case 'conversation.item.input_audio_transcription.failed':
        throw errorOf(event.error, failure);
      case 'response.created':
        if (this.#active) this.#active.responseId ??= event.response.id;
        return;
      case 'response.output_audio.delta':
      case 'response.output_audio_transcript.delta':
      case 'response.function_call_arguments.done':
        return this.#takePart(event);
      case 'response.done':
        return this.#onDone(event.response);
      case 'error':
        return this.#onError(event.error);
    }
  }

  #takePart(event: Extract<RealtimeEvent, { readonly response_id: string }>): void {
    const active = this.#active;
    if (!active || event.response_id !== active.responseId) return;
    const { answer } = active;
    if (answer.isOver) return this.#takeUnwanted(event.item_id, answer);
    if (event.type === 'response.function_call_arguments.done') {
      this.#items.called(event.item_id, event.call_id);
      return answer.toolCall(event.call_id, event.name, event.arguments);
    }
    this.#items.spoken(event.item_id);
    if (event.type === 'response.output_audio.delta') answer.audio(event.item_id, event.delta);
    else answer.text(event.item_id, event.delta);
  }

  /** It was cancelled, and OpenAI hadn't heard of it yet. */
  #takeUnwanted(itemId: string, answer: RealtimeAnswer): void {
    if (answer.items.some(({ id }) => id === itemId)) return;
    this.#items.spoken(itemId);
    this.#items.broken([itemId]);
  }

  #onDone({ id, status, status_details, usage: told }: ResponseDone): void {
    const usage = usageOf(told);
    this.#tokens = sumOf(this.#tokens, usage);
    const active = this.#active;
    if (!active || id !== active.responseId) return;
    const { answer } = active;
    const { failure } = this.#options;
    if (answer.isMute) this.#failAnswer(failure('said nothing of its answer.', { retryable: true }));
    else if (status === 'completed' || status === 'incomplete') answer.done(usage);
    else this.#failAnswer(errorOf(status_details?.error ?? { type: status }, failure));
    this.#active = null;
    this.#askNext();
  }

  #onError(error: RealtimeReason): void {
    const failure = errorOf(error, this.#options.failure);
    if (error.event_id === EVENT.tidy) return;
    if (error.code === 'input_audio_buffer_commit_empty') return this.#hearing.onNothingCommitted();
    if (error.event_id === EVENT.answer) {
      this.#failAnswer(failure);
      this.#active = null;
      return this.#askNext();
    }
    if (error.code !== 'session_expired') throw failure;
    // Nothing is wrong: who listens opens the next one.
    this.#socket?.close();
    this.#end(failure, null);
  }

  #failAnswer(error: Error): void {
    const answer = this.#active?.answer;
    if (!answer || answer.isOver) return;
    answer.end(error);
    this.#items.broken(answer.items.map(({ id }) => id));
  }

  #remember(answer: RealtimeAnswer): void {
    this.#answers.set(answer.id, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > REMEMBERED_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
  }

  /** OpenAI's patience runs while it owes something, and no longer. */
  #watch(): void {
    if (this.#isOver) return;
    if (!this.#isReady || this.#active || this.#hearing.owesWords) this.#patience.begin();
    else this.#patience.end();
  }

  #fail(error: Error): void {
    this.#socket?.close();
    this.#end(error);
  }

  /** `heard`: how the transcripts end, where not with the error. */
  #end(error: Error | null, heard: Error | null = error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#patience.end();
    this.#options.signal.removeEventListener('abort', this.#abort);
    for (const answer of this.#answers.values()) answer.end(error);
    this.#waiting = [];
    this.transcripts.end(heard);
  }

  #send(event: Readonly<Record<string, unknown>>): void {
    this.#socket?.send(JSON.stringify(event));
  }
}

type ResponseDone = Extract<RealtimeEvent, { readonly type: 'response.done' }>['response'];

const usageOf = (usage: ResponseDone['usage']): Usage | null =>
  usage ? { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens } : null;
