import { socketUrl } from '../provider-socket.js';
import type { Failure } from '../service.js';
import { SpeechSocket } from '../speech-socket.js';
import type { SpeechToTextStream, Transcript } from '../speech-to-text.js';
import { newUtterance, owesWords, takeTranscripts, type Utterance } from '../utterances.js';
import { VoiceGate } from '../voice-gate.js';
import { openAiError } from './failure.js';
import { languageHint } from './language-hint.js';
import { RealtimeAudio } from './realtime-audio.js';
import { errorOf, type RealtimeTranscriptionEvent, readEvent } from './realtime-transcription-events.js';

export interface RealtimeTranscriptionOptions {
  readonly apiKey: string;
  /** `https://…/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** BCP 47. */
  readonly language: string;
  /** As in `SpeechSocketOptions`. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** An utterance and its item at OpenAI; `null`: OpenAI hasn't named it yet. */
interface Item extends Utterance {
  id: string | null;
  /** OpenAI has the cut, too. */
  isCommitted: boolean;
}

const newItem = (): Item => ({ ...newUtterance(), id: null, isCommitted: false });

/**
 * OpenAI's realtime transcription: the caller's mu-law as it comes, committed when the caller stops. Turns are ours, because
 * the models that transcribe live don't detect them.
 */
export class RealtimeTranscriptionStream implements SpeechToTextStream {
  readonly transcripts: AsyncIterable<Transcript>;
  readonly #socket: SpeechSocket;
  readonly #failure: Failure;
  readonly #gate = new VoiceGate();
  readonly #audio = new RealtimeAudio((event) => this.#send(event));
  /** In the order in which they were spoken; OpenAI completes them in any. */
  readonly #items: Item[] = [];
  #current: Item | null = null;
  #isReady = false;

  constructor({ apiKey, baseUrl, model, language, patienceMs, signal }: RealtimeTranscriptionOptions) {
    this.#failure = (happened, details, code) =>
      openAiError({ capability: 'speechToText', model }, happened, details, code);
    this.#socket = new SpeechSocket({
      url: realtimeUrl(baseUrl, model),
      headers: { authorization: `Bearer ${apiKey}` },
      keyVariable: 'OPENAI_API_KEY',
      urlVariable: 'OPENAI_BASE_URL',
      failure: this.#failure,
      patienceMs,
      signal,
      onMessage: (message) => {
        const event = readEvent(message, this.#failure);
        if (event) this.#take(event);
      },
    });
    this.transcripts = this.#socket.transcripts;
    this.#send({ type: 'session.update', session: sessionFor(model, language) });
    this.#socket.awaitAnswer();
  }

  get heardMs(): number {
    return this.#audio.sentMs;
  }

  write(frame: Uint8Array, voiced: boolean): void {
    for (const passed of this.#gate.pass(frame, voiced)) this.#append(passed);
    if (this.#gate.isForgotten) this.#forget();
    if (this.#audio.isFull) this.#cut(false);
  }

  finalize(): void {
    this.#cut(true);
  }

  #append(frame: Uint8Array): void {
    if (!this.#current) {
      this.#current = newItem();
      this.#items.push(this.#current);
    }
    this.#audio.append(frame);
  }

  /** What has words is an utterance, though its stop never came. */
  #forget(): void {
    if (this.#current?.text) return this.#cut(false);
    if (this.#current) this.#items.splice(this.#items.indexOf(this.#current), 1);
    this.#current = null;
    this.#gate.forget();
    this.#audio.clear();
  }

  #cut(isStop: boolean): void {
    const item = this.#current ?? newItem();
    if (!this.#current) this.#items.push(item);
    Object.assign(item, { isCut: true, isStop });
    this.#current = null;
    this.#gate.close();
    if (this.#audio.commit()) this.#socket.awaitAnswer();
    else Object.assign(item, { id: '', isCommitted: true, isComplete: true });
    this.#tell();
  }

  #take(event: RealtimeTranscriptionEvent): void {
    switch (event.type) {
      case 'session.updated':
        this.#isReady = true;
        break;
      case 'input_audio_buffer.committed':
        this.#commit(event.item_id);
        break;
      case 'conversation.item.input_audio_transcription.delta':
        this.#itemOf(event.item_id).text += event.delta ?? '';
        break;
      case 'conversation.item.input_audio_transcription.completed':
        Object.assign(this.#itemOf(event.item_id), { text: event.transcript, isComplete: true });
        break;
      case 'error':
        if (event.error.code !== 'input_audio_buffer_commit_empty') throw errorOf(event.error, this.#failure);
        this.#commit('').isComplete = true;
        break;
      default:
        throw errorOf(event.error, this.#failure);
    }
    this.#tell();
  }

  /** OpenAI commits in our order: this is the name of the first cut that it hadn't confirmed. */
  #commit(id: string): Item {
    const item = this.#items.find(({ isCut, isCommitted }) => isCut && !isCommitted) ?? newItem();
    if (item.id !== id) item.text = ''; // words of audio that was forgotten
    return Object.assign(item, { id, isCommitted: true });
  }

  /** Words may come before the cut: those of a new name are the first item's that has none. */
  #itemOf(id: string): Item {
    const named = this.#items.find((item) => item.id === id);
    const item = named ?? this.#items.find((unnamed) => unnamed.id === null) ?? newItem();
    item.id = id;
    return item;
  }

  #tell(): void {
    for (const transcript of takeTranscripts(this.#items)) this.#socket.push(transcript);
    if (this.#isReady && !owesWords(this.#items)) this.#socket.answered();
  }

  #send(event: Readonly<Record<string, unknown>>): void {
    this.#socket.send(JSON.stringify(event));
  }
}

/** With a model in its URL OpenAI makes a conversation of it; gateways want to know the model. */
export const realtimeUrl = (baseUrl: string, model: string): string => {
  const url = new URL(`${socketUrl(baseUrl)}/realtime?intent=transcription`);
  if (!/(^|\.)api\.openai\.com$/.test(url.hostname)) url.searchParams.set('model', model);
  return url.href;
};

const sessionFor = (model: string, language: string) => ({
  type: 'transcription',
  audio: {
    input: {
      format: { type: 'audio/pcmu' },
      transcription: { model, ...languageHint(model, language) },
      turn_detection: null,
    },
  },
});
