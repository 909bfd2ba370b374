import { msOf } from '../../audio/mu-law.js';
import type { UsageCounts, Used } from '../../domain/call/provider-usage.js';
import type { AnswerRequest, LanguageModel, Usage } from '../../providers/language-model.js';
import type {
  SpeechToSpeech,
  SpeechToSpeechOptions,
  SpeechToSpeechStream,
  SpokenAnswerPart,
  SpokenAnswerRequest,
} from '../../providers/speech-to-speech.js';
import type {
  SpeechToText,
  SpeechToTextOptions,
  SpeechToTextStream,
  Transcript,
} from '../../providers/speech-to-text.js';
import type { SpeechPart, SpeechRequest, TextToSpeech } from '../../providers/text-to-speech.js';
import { usageOf } from '../odd-numbers.js';
import type { Count, UsageMeter } from './usage-meter.js';

const spokenMs = (audio: Uint8Array): UsageCounts => ({ spokenMs: msOf(audio.length) });

const tokens = (told: Usage | null): UsageCounts => usageOf(told) ?? {};

const counterOf = (
  meter: UsageMeter,
  capability: Used['capability'],
  { name: provider, defaultModel }: { readonly name: string; readonly defaultModel?: string | undefined },
  { model }: { readonly model: string | null },
): Count => meter.counterOf({ capability, provider, model: model ?? defaultModel ?? null });

/** A speech-to-text that tells the meter what it's sent. */
export const meteredEar = (ear: SpeechToText, meter: UsageMeter): SpeechToText => ({
  name: ear.name,
  defaultModel: ear.defaultModel,
  traits: (model) => ear.traits(model),
  open: (options: SpeechToTextOptions) => {
    const stream = ear.open(options);
    return new MeteredStream(stream, meter, counterOf(meter, 'speech_to_text', ear, options));
  },
});

/** A language model that tells the meter what it's asked, and what it counts. */
export const meteredMind = (mind: LanguageModel, meter: UsageMeter): LanguageModel => ({
  name: mind.name,
  defaultModel: mind.defaultModel,
  warmUp: async () => mind.warmUp?.(),
  async *answer(request: AnswerRequest) {
    const count = counterOf(meter, 'language_model', mind, request);
    count({ requests: 1 });
    for await (const part of mind.answer(request)) {
      if (part.type === 'done') count(tokens(part.usage));
      yield part;
    }
  },
});

/** A voice that tells the meter what it's given to say, and what it says. */
export const meteredVoice = (voice: TextToSpeech, meter: UsageMeter): TextToSpeech => ({
  name: voice.name,
  defaultModel: voice.defaultModel,
  voiceSettings: voice.voiceSettings,
  warmUp: async (speaking) => voice.warmUp?.(speaking),
  async *speak(request: SpeechRequest): AsyncGenerator<SpeechPart, void> {
    const count = counterOf(meter, 'text_to_speech', voice, request);
    count({ requests: 1, characters: request.text.length });
    for await (const part of voice.speak(request)) {
      if (part instanceof Uint8Array) count(spokenMs(part));
      yield part;
    }
  },
});

/** A model that hears and speaks, and tells the meter of both. */
export const meteredSpeaker = (speaker: SpeechToSpeech, meter: UsageMeter): SpeechToSpeech => ({
  name: speaker.name,
  defaultModel: speaker.defaultModel,
  traits: (options) => speaker.traits(options),
  open: (options: SpeechToSpeechOptions) => {
    const stream = speaker.open(options);
    return new MeteredConversation(stream, meter, counterOf(meter, 'speech_to_speech', speaker, options));
  },
});

class MeteredStream<S extends SpeechToTextStream> implements SpeechToTextStream {
  readonly transcripts: AsyncIterable<Transcript>;
  protected readonly stream: S;
  protected readonly count: Count;
  readonly #end: () => void;

  constructor(stream: S, meter: UsageMeter, count: Count) {
    this.stream = stream;
    this.count = count;
    count({ requests: 1 });
    this.#end = meter.listen(count, () => this.used());
    this.transcripts = this.#watched(stream.transcripts);
  }

  get heardMs(): number {
    return this.stream.heardMs;
  }

  write(frame: Uint8Array, voiced: boolean): void {
    this.stream.write(frame, voiced);
  }

  finalize(): void {
    this.stream.finalize();
  }

  /** So far, in all. */
  protected used(): UsageCounts {
    return { heardMs: this.stream.heardMs };
  }

  async *#watched(transcripts: AsyncIterable<Transcript>): AsyncGenerator<Transcript, void> {
    try {
      yield* transcripts;
    } finally {
      this.#end();
    }
  }
}

class MeteredConversation extends MeteredStream<SpeechToSpeechStream> implements SpeechToSpeechStream {
  async *answer(request: SpokenAnswerRequest): AsyncGenerator<SpokenAnswerPart, void> {
    for await (const part of this.stream.answer(request)) {
      if (part.type === 'audio') this.count(spokenMs(part.audio));
      yield part;
    }
  }

  get tokens(): Usage | null {
    return this.stream.tokens;
  }

  protected override used(): UsageCounts {
    return { ...super.used(), ...tokens(this.stream.tokens) };
  }

  truncate(answer: string, heardMs: number): void {
    this.stream.truncate(answer, heardMs);
  }
}
