import type { Transcript } from '../speech-to-text.js';
import { newUtterance, owesWords, takeTranscripts, type Utterance } from '../utterances.js';
import { VoiceGate } from '../voice-gate.js';
import { RealtimeAudio } from './realtime-audio.js';

interface Stretch extends Utterance {
  /** Its item at OpenAI; `null`: OpenAI hasn't named it yet. */
  id: string | null;
}

export interface HearingOptions {
  /** OpenAI cuts; else `finalize` does. */
  readonly decidesTurns: boolean;
  readonly send: (event: Readonly<Record<string, unknown>>) => void;
  readonly onTranscript: (transcript: Transcript) => void;
}

/** What a realtime conversation hears: the caller's audio on its way to OpenAI, and the words that come back for it. */
export class RealtimeHearing {
  readonly #options: HearingOptions;
  readonly #gate = new VoiceGate();
  readonly #audio: RealtimeAudio;
  /** In the order in which they were spoken; OpenAI transcribes them in any. */
  readonly #stretches: Stretch[] = [];

  constructor(options: HearingOptions) {
    this.#options = options;
    this.#audio = new RealtimeAudio(options.send);
  }

  /** Words of what was said are still to come. */
  get owesWords(): boolean {
    return owesWords(this.#stretches);
  }

  get heardMs(): number {
    return this.#audio.sentMs;
  }

  write(frame: Uint8Array, voiced: boolean): void {
    // OpenAI needs the silence, too, to tell where a turn ends.
    if (this.#options.decidesTurns) return this.#audio.append(new Uint8Array(frame));
    for (const passed of this.#gate.pass(frame, voiced)) this.#audio.append(passed);
    if (this.#gate.isForgotten) {
      this.#gate.forget();
      this.#audio.clear();
    }
    if (this.#audio.isFull) this.#cut(false);
  }

  finalize(): void {
    if (!this.#options.decidesTurns) this.#cut(true);
  }

  /** OpenAI has made an item of the audio up to a cut. */
  onCommitted(id: string): void {
    const unnamed = this.#stretches.find((stretch) => stretch.isCut && stretch.id === null);
    if (unnamed) unnamed.id = id;
    else this.#stretches.push({ ...newUtterance(), id, isCut: true, isStop: true });
  }

  /** There was nothing to make an item of. */
  onNothingCommitted(): void {
    const unnamed = this.#stretches.find((stretch) => stretch.isCut && stretch.id === null);
    if (unnamed) Object.assign(unnamed, { id: '', isComplete: true });
    this.#tell();
  }

  /** The words of an item. */
  onTranscribed(id: string, text: string): void {
    const stretch = this.#stretches.find((named) => named.id === id);
    if (!stretch) return;
    Object.assign(stretch, { text, isComplete: true });
    this.#tell();
  }

  #cut(isStop: boolean): void {
    const stretch: Stretch = { ...newUtterance(), id: null, isCut: true, isStop };
    this.#stretches.push(stretch);
    this.#gate.close();
    if (!this.#audio.commit()) Object.assign(stretch, { id: '', isComplete: true });
    this.#tell();
  }

  #tell(): void {
    const { decidesTurns, onTranscript } = this.#options;
    for (const transcript of takeTranscripts(this.#stretches)) {
      onTranscript(decidesTurns && transcript.final ? { ...transcript, turn: 'ended' } : transcript);
    }
  }
}
