import { sumOf, type Usage } from '../language-model.js';
import { withPassages } from '../quoted-passages.js';
import type { ProviderSet } from '../registry.js';
import type {
  SpeechToSpeech,
  SpeechToSpeechOptions,
  SpeechToSpeechStream,
  SpokenAnswerPart,
  SpokenAnswerRequest,
} from '../speech-to-speech.js';
import type { SpeechToTextStream } from '../speech-to-text.js';

type Stages = Pick<ProviderSet, 'speechToText' | 'languageModel' | 'textToSpeech'>;

/** The sandbox's ear, model and voice behind one door: conversations in this mode work without a key, and cost nothing. */
export const createSandboxSpeechToSpeech = (stages: Stages): SpeechToSpeech => ({
  name: 'sandbox',
  traits: ({ model }) => stages.speechToText.traits(model),
  open: (options) => new SandboxConversation(stages, options),
});

class SandboxConversation implements SpeechToSpeechStream {
  readonly transcripts: SpeechToTextStream['transcripts'];
  readonly #stages: Stages;
  readonly #options: SpeechToSpeechOptions;
  readonly #hearing: SpeechToTextStream;
  tokens: Usage | null = null;

  constructor(stages: Stages, options: SpeechToSpeechOptions) {
    this.#stages = stages;
    this.#options = options;
    this.#hearing = stages.speechToText.open(options);
    this.transcripts = this.#hearing.transcripts;
  }

  get heardMs(): number {
    return this.#hearing.heardMs;
  }

  write(frame: Uint8Array, voiced: boolean): void {
    this.#hearing.write(frame, voiced);
  }

  finalize(): void {
    this.#hearing.finalize();
  }

  /** The conversation is told anew for each answer: there is nothing to forget. */
  truncate(): void {}

  async *answer({
    messages,
    passages,
    signal: leave,
  }: SpokenAnswerRequest): AsyncGenerator<SpokenAnswerPart, void> {
    const { languageModel, textToSpeech } = this.#stages;
    const { model, tools, maxTokens, language, fallbackLanguage } = this.#options;
    const { voice, speed, tone } = this.#options;
    const signal = AbortSignal.any([leave, this.#options.signal]);
    const systemPrompt = withPassages(this.#options.systemPrompt, passages);
    const sampling = { temperature: null, topP: null, maxTokens };
    const request = { model, systemPrompt, messages, tools, language, signal, ...sampling };
    let text = '';
    for await (const part of languageModel.answer(request)) {
      if (part.type === 'text') {
        text += part.delta;
        continue;
      }
      if (text !== '') {
        yield { type: 'text', delta: text };
        const how = { model, voice, speed, tone, voiceSettings: {}, language, fallbackLanguage };
        for await (const piece of textToSpeech.speak({ text, ...how, signal })) {
          if (piece instanceof Uint8Array) yield { type: 'audio', audio: piece };
        }
        text = '';
      }
      if (part.type === 'done') this.tokens = sumOf(this.tokens, part.usage);
      yield part;
    }
  }
}
