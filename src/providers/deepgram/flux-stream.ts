import { FRAME_BYTES, MU_LAW_SILENCE } from '../../audio/mu-law.js';
import type { SpeechToTextStream, Transcript } from '../speech-to-text.js';
import { DeepgramConnection, type DeepgramStreamOptions, deepgramFailure } from './connection.js';
import { fluxLanguageHint } from './languages.js';
import { readTurnInfo, type TurnInfo } from './messages.js';

/** Deepgram's defaults, but for the eager one, which is off without a value. */
const PARAMETERS = { eot_threshold: '0.7', eager_eot_threshold: '0.5', eot_timeout_ms: '5000' } as const;

/** Without audio a turn never ends, and `KeepAlive` makes Flux close: it gets silence. */
const QUIET_MS = 500;
const SILENT_FRAME = new Uint8Array(FRAME_BYTES).fill(MU_LAW_SILENCE);
const SILENT_FRAMES = 25;

const TURNS: Readonly<Record<string, NonNullable<Transcript['turn']>>> = {
  EagerEndOfTurn: 'probably_ended',
  TurnResumed: 'resumed',
  EndOfTurn: 'ended',
};

/** Deepgram's v2: a model that decides turns. Its transcripts are the whole turn's. */
export class FluxStream implements SpeechToTextStream {
  readonly transcripts: AsyncIterable<Transcript>;
  readonly #connection: DeepgramConnection;
  #owesUpdate = false;

  constructor(options: DeepgramStreamOptions) {
    const hint = fluxLanguageHint(options.model, options.language);
    const failure = deepgramFailure(options.model);
    this.#connection = new DeepgramConnection({
      ...options,
      path: '/v2/listen',
      parameters: { ...PARAMETERS, ...(hint === null ? {} : { language_hint: hint }) },
      quietMs: QUIET_MS,
      onQuiet: () => {
        for (let frame = 0; frame < SILENT_FRAMES; frame++) this.#connection.write(SILENT_FRAME);
      },
      onMessage: (message) => {
        const info = readTurnInfo(message, failure);
        if (info) this.#hear(info);
      },
    });
    this.transcripts = this.#connection.transcripts;
  }

  get heardMs(): number {
    return this.#connection.sentMs;
  }

  /** Flux tells something of every quarter of a second of audio, in silence, too (developers.deepgram.com/docs/flux/state). */
  write(frame: Uint8Array): void {
    this.#connection.write(frame);
    if (this.#owesUpdate) return;
    this.#owesUpdate = true;
    this.#connection.awaitAnswer();
  }

  /** It ends the turn when it thinks so. */
  finalize(): void {
    this.#connection.flush();
  }

  #hear({ event, transcript: text, words }: TurnInfo): void {
    this.#connection.answered();
    this.#owesUpdate = false;
    const turn = TURNS[event];
    const final = turn === 'ended';
    if (text === '' && turn === undefined) return;
    const confidence = final ? meanConfidence(words ?? []) : null;
    this.#connection.push({ text, final, confidence, ...(turn && { turn }) });
  }
}

const meanConfidence = (words: readonly { readonly confidence: number }[]): number | null =>
  words.length === 0 ? null : words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length;
