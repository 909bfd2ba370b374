import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type {
  SpeechToText,
  SpeechToTextOptions,
  SpeechToTextStream,
  Transcript,
} from '../providers/speech-to-text.js';
import { Ear } from './ear.js';
import type { Input } from './turn-taking/input.js';

const frame = (n: number) => new Uint8Array(160).fill(n % 256);

/** A speech-to-text whose streams do what the test says. */
class ScriptedEar implements SpeechToText {
  readonly streams: ScriptedStream[] = [];
  readonly languages: unknown[] = [];

  constructor(readonly name: string) {}

  traits() {
    return { finalWithinMs: 500, interims: true, decidesTurns: false };
  }

  open({ signal, language, fallbackLanguage }: SpeechToTextOptions): SpeechToTextStream {
    this.languages.push([language, fallbackLanguage]);
    const stream = new ScriptedStream(signal);
    this.streams.push(stream);
    return stream;
  }

  get last(): ScriptedStream {
    const stream = this.streams.at(-1);
    if (!stream) throw new Error(`${this.name} has no stream.`);
    return stream;
  }
}

class ScriptedStream implements SpeechToTextStream {
  /** The frames' first bytes, and where the caller stopped. */
  readonly heard: (number | 'stop')[] = [];
  readonly heardMs = 0;
  readonly transcripts: AsyncIterable<Transcript>;
  #wake = () => {};
  readonly #waiting: (Transcript | Error)[] = [];

  constructor(readonly signal: AbortSignal) {
    this.transcripts = this.#run();
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  write(bytes: Uint8Array): void {
    this.heard.push(bytes[0] ?? 0);
  }

  finalize(): void {
    this.heard.push('stop');
  }

  gives(next: Transcript | Error): void {
    this.#waiting.push(next);
    this.#wake();
  }

  async *#run(): AsyncGenerator<Transcript, void> {
    while (!this.signal.aborted) {
      const next = this.#waiting.shift();
      if (next instanceof Error) throw next;
      if (next) yield next;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}

const final = (text: string): Transcript => ({ text, final: true, confidence: null });

describe("the call's ear", () => {
  let first: ScriptedEar;
  let second: ScriptedEar;
  let inputs: Input[];
  let end: AbortController;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    first = new ScriptedEar('first');
    second = new ScriptedEar('second');
    inputs = [];
    end = new AbortController();
  });
  afterEach(() => {
    end.abort();
    jest.useRealTimers();
  });

  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  /** The wait before it is a real one. */
  const opened = async ({ streams }: ScriptedEar, count: number) => {
    while (streams.length < count) await settle();
  };
  const listen = async (...providers: ScriptedEar[]): Promise<Ear> => {
    const [head = first, ...rest] = providers.map((provider) => ({ provider, model: null }));
    const choices = [head, ...rest] as never;
    const languages = { language: 'sw', fallbackLanguage: 'en' };
    const ear = new Ear({ choices, ...languages }, (input) => inputs.push(input), end.signal);
    void ear.listen();
    await settle();
    return ear;
  };
  const says = (ear: Ear, from: number, to: number, voiced = true) => {
    for (let n = from; n <= to; n++) ear.write(frame(n), voiced);
  };
  const failures = () => inputs.filter(({ type }) => type === 'speech_to_text_failed');

  it('hands what is not final yet to the next provider, at once, and the stop with it', async () => {
    const ear = await listen(first, second);
    says(ear, 1, 3);
    ear.finalize();
    first.last.gives(final('Hello.'));
    await settle();
    says(ear, 10, 12);
    ear.finalize();
    says(ear, 20, 21, false);
    first.last.gives(new Error('reset'));
    await settle();
    await settle();
    expect(second.last.heard).toEqual([10, 11, 12, 'stop', 20, 21]);
    expect(inputs.at(-1)).toEqual({ type: 'heard_again', ms: 100 });
    expect(failures()).toEqual([
      {
        type: 'speech_to_text_failed',
        error: 'reset',
        next: { provider: 'second', finalWithinMs: 500, interims: true, decidesTurns: false },
        exhausted: false,
      },
    ]);
    second.last.gives(final('Are you open?'));
    await settle();
    expect(inputs.at(-1)).toMatchObject({ type: 'transcript', text: 'Are you open?' });
  });

  it("asks each provider for the agent's language, and tells its fallback", async () => {
    await listen(first, second);
    first.last.gives(new Error('reset'));
    await opened(second, 1);
    expect([...first.languages, ...second.languages]).toEqual([
      ['sw', 'en'],
      ['sw', 'en'],
    ]);
  });

  it('keeps what is said after a stop whose final comes only then', async () => {
    const ear = await listen(first, second);
    says(ear, 1, 3);
    ear.finalize();
    says(ear, 4, 6);
    first.last.gives(final('Hello.'));
    await settle();
    first.last.gives(new Error('reset'));
    await settle();
    await settle();
    expect(second.last.heard).toEqual([4, 5, 6]);
  });

  it('keeps half a second of silence, and thirty seconds of speech', async () => {
    const ear = await listen(first, second);
    says(ear, 0, 999, false);
    first.last.gives(new Error('reset'));
    await settle();
    await settle();
    expect(second.last.heard).toHaveLength(25);
    expect(inputs.filter(({ type }) => type === 'heard_again')).toEqual([]);
    says(ear, 0, 1999);
    second.last.gives(new Error('reset'));
    await opened(first, 2);
    expect(first.last.heard).toHaveLength(1_500);
  });

  it('waits before it asks the first one again, when all have failed', async () => {
    await listen(first, second);
    first.last.gives(new Error('reset'));
    await settle();
    await settle();
    second.last.gives(new Error('reset'));
    await settle();
    await settle();
    expect(first.streams).toHaveLength(1);
    expect(failures().at(-1)).toMatchObject({ exhausted: true, next: { provider: 'first' } });
    await opened(first, 2);
  });

  it('counts what breaks again at once as one failure, and what breaks seconds later as another', async () => {
    await listen(first);
    for (let streams = 1; streams <= 3; streams++) {
      await opened(first, streams);
      if (streams === 3) jest.advanceTimersByTime(2_500);
      first.last.gives(new Error('reset'));
      await settle();
      await settle();
      expect(failures()).toHaveLength(streams === 3 ? 2 : 1);
    }
  });

  it('hears again what is not final by the same provider, where there is no other', async () => {
    const ear = await listen(first);
    says(ear, 1, 3);
    first.last.gives(new Error('reset'));
    await settle();
    says(ear, 4, 5);
    await opened(first, 2);
    expect(first.last.heard).toEqual([1, 2, 3, 4, 5]);
    expect(failures()).toEqual([{ type: 'speech_to_text_failed', error: 'reset' }]);
  });

  it('gives up on a provider that says nothing at two stops in a row', async () => {
    const ear = await listen(first, second);
    says(ear, 1, 40);
    ear.finalize();
    await jest.advanceTimersByTimeAsync(3_500);
    expect(failures()).toEqual([]);
    says(ear, 41, 80);
    ear.finalize();
    await jest.advanceTimersByTimeAsync(3_500);
    await settle();
    expect(first.last.signal.reason).toMatchObject({ name: 'TookTooLong' });
    expect(failures()).toMatchObject([{ error: 'deadline', next: { provider: 'second' } }]);
    const all = Array.from({ length: 80 }, (_, at) => at + 1);
    expect(second.last.heard).toEqual([...all, 'stop']);
  });

  it('does not give up on one that hears a word between them', async () => {
    const ear = await listen(first, second);
    for (let n = 0; n < 4; n++) {
      says(ear, 1, 40);
      ear.finalize();
      await jest.advanceTimersByTimeAsync(3_500);
      first.last.gives({ text: 'well', final: false, confidence: null });
      await settle();
    }
    expect(failures()).toEqual([]);
  });

  it('takes coughs for what they are', async () => {
    const ear = await listen(first, second);
    for (let n = 0; n < 4; n++) {
      says(ear, 1, 5);
      ear.finalize();
      await jest.advanceTimersByTimeAsync(3_500);
    }
    expect(failures()).toEqual([]);
  });
});
