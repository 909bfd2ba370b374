import type { SpeakingVoice, SpeechPart, SpeechRequest, TextToSpeech } from '../text-to-speech.js';
import type { Breaker } from './breaker.js';
import { guardedRequest } from './guarded-request.js';
import { guardedWarmUp } from './guarded-warm-up.js';
import { speechThatEnds } from './speech-that-ends.js';
import { speechThatIsHeard } from './speech-that-is-heard.js';

/** A voice behind its circuit breaker: throws at once what `Breaker.begin` throws. */
export class GuardedTextToSpeech implements TextToSpeech {
  readonly #voice: TextToSpeech;
  readonly #breaker: Breaker;

  constructor(voice: TextToSpeech, breaker: Breaker) {
    this.#voice = voice;
    this.#breaker = breaker;
  }

  get name(): string {
    return this.#voice.name;
  }

  get defaultModel(): string | undefined {
    return this.#voice.defaultModel;
  }

  get voiceSettings(): TextToSpeech['voiceSettings'] {
    return this.#voice.voiceSettings;
  }

  speak(request: SpeechRequest): AsyncGenerator<SpeechPart, void> {
    return guardedRequest(this.#breaker, request.signal, () => {
      const speech = speechThatEnds(this.name, request, this.#voice.speak(request));
      return speechThatIsHeard(this.name, request, speech);
    });
  }

  warmUp(voice: SpeakingVoice): Promise<void> {
    return guardedWarmUp(this.#breaker, () => this.#voice.warmUp?.(voice));
  }
}
