import type { HistoryEntry } from '../domain/call/history.js';
import { messageOf } from '../domain/errors.js';
import type { QuotedPassage } from '../providers/quoted-passages.js';
import { isCircuitOpen } from '../providers/resilience/breaker.js';
import { TookTooLong } from '../providers/resilience/took-too-long.js';
import type {
  SpeechToSpeech,
  SpeechToSpeechOptions,
  SpeechToSpeechStream,
  SpokenAnswerRequest,
} from '../providers/speech-to-speech.js';
import type { SpeechToText, SpeechToTextStream, Transcript } from '../providers/speech-to-text.js';
import { messagesOf } from './messages.js';
import type { Mouth } from './mouth.js';
import { usageOf } from './odd-numbers.js';
import { SilentEdges } from './speech.js';
import type { Effect } from './turn-taking/effect.js';
import type { Take } from './turn-taking/input.js';

/** An agent's model that hears and speaks, as its settings want it. */
export interface SpeechToSpeechChoice {
  readonly provider: SpeechToSpeech;
  readonly options: Omit<SpeechToSpeechOptions, 'signal'>;
}

type Think = Omit<Extract<Effect, { type: 'think' }>, 'type'>;
type Place = NonNullable<Think['speaks']>;

/**
 * The call's model that hears and speaks by itself. To the conversation it's an ear like others (`ear`) and a mind whose
 * answers come with their audio, so that its calls are told by the same events, and its fallbacks are the three stages.
 */
export class SpeakingModel {
  readonly #choice: SpeechToSpeechChoice;
  readonly #take: Take;
  readonly #mouth: Mouth;
  readonly #signal: AbortSignal;
  /** What the ear listens with; `null`: it isn't open, or another one listens. */
  #stream: SpeechToSpeechStream | null = null;
  readonly #answers = new Map<string, { readonly abort: AbortController; readonly place: Place }>();

  /** `signal` ends it. */
  constructor(choice: SpeechToSpeechChoice, take: Take, mouth: Mouth, signal: AbortSignal) {
    this.#choice = choice;
    this.#take = take;
    this.#mouth = mouth;
    this.#signal = signal;
  }

  /** Its hearing. The model and the language are those of its own settings. */
  get ear(): SpeechToText {
    const { provider, options } = this.#choice;
    return {
      name: provider.name,
      traits: () => provider.traits(options),
      open: ({ signal }) => this.#listen(signal),
    };
  }

  /** Answers the conversation so far, and from these passages, with its own voice, at the effect's place. */
  async answer(
    { model: id, speaks: place }: Think,
    history: readonly HistoryEntry[],
    passages: readonly QuotedPassage[] = [],
  ): Promise<void> {
    if (!place) return;
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.#signal]);
    this.#answers.set(id, { abort, place });
    try {
      const request = { id, messages: messagesOf(history), passages, signal };
      await this.#speak(this.#stream ?? this.#openFor(signal), place, request);
    } catch (error) {
      if (signal.aborted) return;
      this.#mouth.close(place);
      const circuitOpen = isCircuitOpen(error) && { circuitOpen: true };
      this.#take({ type: 'model_failed', model: id, error: messageOf(error), ...circuitOpen });
    } finally {
      this.#answers.delete(id);
      // A stream of its own is closed.
      abort.abort();
    }
  }

  /** `late`: since it took too long. What it has said is all there is of it. */
  abort(id: string, late = false): void {
    const answer = this.#answers.get(id);
    if (!answer) return;
    answer.abort.abort(late ? new TookTooLong() : undefined);
    this.#mouth.close(answer.place);
  }

  truncate(id: string, heardMs: number): void {
    this.#stream?.truncate(id, heardMs);
  }

  async #speak(stream: SpeechToSpeechStream, place: Place, request: SpokenAnswerRequest): Promise<void> {
    const { id, signal } = request;
    const edges = new SilentEdges();
    const add = (audio: Uint8Array, done: boolean): void => {
      edges.push(audio);
      const { leadMs, tailMs } = edges;
      this.#mouth.add(place, { audio, done, leadMs, tailMs: done ? tailMs : 0 });
    };
    for await (const part of stream.answer(request)) {
      if (signal.aborted) return;
      if (part.type === 'audio') add(part.audio, false);
      else if (part.type === 'text') this.#take({ type: 'model_text', model: id, delta: part.delta });
      else if (part.type === 'tool_call') this.#take({ type: 'model_tool_call', model: id, call: part.call });
      else {
        add(new Uint8Array(0), true);
        this.#take({ type: 'model_done', model: id, usage: usageOf(part.usage) });
      }
    }
  }

  #open(signal: AbortSignal): SpeechToSpeechStream {
    const { provider, options } = this.#choice;
    return provider.open({ ...options, signal });
  }

  /** Where another one listens, the model is told the conversation in words, for one answer alone: nobody hears with it. */
  #openFor(signal: AbortSignal): SpeechToSpeechStream {
    const stream = this.#open(signal);
    void (async () => {
      for await (const _ of stream.transcripts) {
        // It has no audio.
      }
    })().catch(() => undefined); // the answer fails with it
    return stream;
  }

  #listen(signal: AbortSignal): SpeechToTextStream {
    const stream = this.#open(signal);
    this.#stream = stream;
    return {
      write: (frame, voiced) => stream.write(frame, voiced),
      finalize: () => stream.finalize(),
      transcripts: this.#heardBy(stream),
      get heardMs() {
        return stream.heardMs;
      },
    };
  }

  async *#heardBy(stream: SpeechToSpeechStream): AsyncGenerator<Transcript, void> {
    try {
      yield* stream.transcripts;
    } finally {
      if (this.#stream === stream) this.#stream = null;
    }
  }
}
