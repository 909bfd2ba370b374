import { FRAME_MS } from '../../audio/mu-law.js';
import { knownLanguage, languageOf } from '../language.js';
import { socketUrl } from '../provider-socket.js';
import { failureOf } from '../service.js';
import type {
  SpeechToText,
  SpeechToTextOptions,
  SpeechToTextStream,
  SpeechToTextTraits,
} from '../speech-to-text.js';
import { TranscriptQueue } from '../transcript-queue.js';
import { newUtterance, takeTranscripts, type Utterance } from '../utterances.js';
import { VoiceGate } from '../voice-gate.js';
import { type BhashiniRequest, BhashiniUtterance } from './bhashini-utterance.js';
import { isHeard } from './languages.js';

const BASE_URL = 'https://dhruva-api.bhashini.gov.in';
const MODEL = 'bhashini/ai4b/indic-conformer/grpc';

/** Nobody published one. */
const FINAL_WITHIN_MS = 1_000;

const MAX_FRAMES = 60_000 / FRAME_MS;

export interface BhashiniOptions {
  readonly apiKey: string;
  readonly baseUrl?: string | undefined;
  readonly patienceMs?: number | undefined;
}

/** Bhashini, the Indian state's service with AI4Bharat's models: words come while the caller speaks. */
export class BhashiniSpeechToText implements SpeechToText {
  readonly name = 'bhashini';
  readonly defaultModel = MODEL;
  readonly #options: BhashiniOptions;

  constructor(options: BhashiniOptions) {
    this.#options = options;
  }

  traits(): SpeechToTextTraits {
    return { finalWithinMs: FINAL_WITHIN_MS, interims: true, decidesTurns: false };
  }

  open({ model: chosen, signal, ...languages }: SpeechToTextOptions): SpeechToTextStream {
    const { apiKey, baseUrl = BASE_URL, patienceMs = 5_000 } = this.#options;
    const model = chosen ?? MODEL;
    const failure = failureOf({ name: this.name, owner: "Bhashini's", capability: 'speechToText' }, model);
    const request = { apiKey, baseUrl: socketUrl(baseUrl), model, failure, patienceMs };
    // What other services know is theirs.
    const language = knownLanguage(languages, (tag) => model !== MODEL || isHeard(tag));
    return new BhashiniStream({ ...request, language: languageOf(language) }, signal);
  }
}

/** An utterance after the other, each begun with the caller's voice; their words come in the order of the utterances. */
class BhashiniStream implements SpeechToTextStream {
  readonly transcripts: TranscriptQueue;
  readonly #request: BhashiniRequest;
  readonly #signal: AbortSignal;
  readonly #abort = (): void => this.#leave();
  readonly #utterances: Utterance[] = [];
  readonly #underWay = new Set<BhashiniUtterance>();
  readonly #gate = new VoiceGate();
  #current: { readonly words: Utterance; readonly audio: BhashiniUtterance } | null = null;
  /** Of the utterance under way, and of all. */
  #frames = 0;
  #sentFrames = 0;
  #isOver = false;

  constructor(request: BhashiniRequest, signal: AbortSignal) {
    this.#request = request;
    this.#signal = signal;
    this.transcripts = new TranscriptQueue(this.#abort);
    if (signal.aborted) this.#leave();
    else signal.addEventListener('abort', this.#abort, { once: true });
  }

  get heardMs(): number {
    return this.#sentFrames * FRAME_MS;
  }

  write(frame: Uint8Array, voiced: boolean): void {
    if (this.#isOver) return;
    for (const passed of this.#gate.pass(frame, voiced)) {
      this.#current ??= this.#begin();
      this.#current.audio.write(passed);
      this.#frames++;
      this.#sentFrames++;
    }
    if (this.#frames >= MAX_FRAMES || this.#gate.isForgotten) this.#cut(false);
  }

  finalize(): void {
    if (!this.#isOver) this.#cut(true);
  }

  #begin() {
    const words = newUtterance();
    this.#utterances.push(words);
    const audio: BhashiniUtterance = new BhashiniUtterance(this.#request, {
      onWords: (text, isLast) => {
        words.text = text;
        words.isComplete = isLast;
        if (isLast) this.#underWay.delete(audio);
        this.#tell();
      },
      onFailure: (error) => {
        this.transcripts.end(error);
        this.#leave();
      },
    });
    this.#underWay.add(audio);
    return { words, audio };
  }

  #cut(isStop: boolean): void {
    const current = this.#current;
    this.#current = null;
    this.#frames = 0;
    this.#gate.close();
    if (!current) {
      // Nobody spoke: its final is due at once.
      this.#utterances.push({ ...newUtterance(), isCut: true, isStop, isComplete: true });
      return this.#tell();
    }
    current.words.isCut = true;
    current.words.isStop = isStop;
    current.audio.end();
  }

  #tell(): void {
    for (const transcript of takeTranscripts(this.#utterances)) this.transcripts.push(transcript);
  }

  #leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#signal.removeEventListener('abort', this.#abort);
    for (const audio of this.#underWay) audio.leave();
    this.#underWay.clear();
    if (this.#signal.aborted) this.transcripts.abandon();
  }
}
