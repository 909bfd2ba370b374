import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { journalOptions, memoryLedger, receive, start, stream } from '../../test/support/memory-call.js';
import { MemoryEventStore } from '../../test/support/memory-event-store.js';
import { until } from '../../test/support/postgres/until.js';
import { FRAME_BYTES } from '../audio/mu-law.js';
import { silentLogger } from '../domain/logger.js';
import type { Ledger } from '../ledger/ledger.js';
import type { AnswerPart, LanguageModel } from '../providers/language-model.js';
import type { SpeechToText } from '../providers/speech-to-text.js';
import type { TextToSpeech } from '../providers/text-to-speech.js';
import { CallJournal } from './call-journal.js';
import { VoiceSession } from './session.js';
import { sideEffectTools } from './tools.js';
import { TraceRecorder, unpackTrace } from './trace/trace-recorder.js';
import { NEWEST_RULES } from './turn-taking/rules.js';
import { type ConversationSettings, initialState } from './turn-taking/state.js';

const FRAME = new Uint8Array(FRAME_BYTES).fill(0x55);

const voice: TextToSpeech = {
  name: 'voice',
  async *speak() {
    yield FRAME;
  },
};

const ear: SpeechToText = {
  name: 'ear',
  traits: () => ({ finalWithinMs: 500, interims: true, decidesTurns: false }),
  open: ({ signal }) => ({
    write: () => undefined,
    finalize: () => undefined,
    // biome-ignore lint/correctness/useYield: nobody says a word.
    transcripts: (async function* () {
      if (!signal.aborted) await once(signal, 'abort');
    })(),
  }),
};

/** A model that hangs up. */
const mind: LanguageModel = {
  name: 'mind',
  async *answer(): AsyncGenerator<AnswerPart> {
    yield { type: 'text', delta: 'Goodbye!' };
    yield { type: 'tool_call', call: { id: 'call_0', name: 'end_call', arguments: '{}' } };
    yield { type: 'done', usage: null };
  },
};

const settings: ConversationSettings = {
  ...initialState({
    rules: NEWEST_RULES,
    attempt: 1,
    language: 'en',
    greeting: '',
    silenceTimeoutMs: 60_000,
    maxDurationMs: 60_000,
    answeredAtMs: 500,
    finalWithinMs: 500,
    interims: true,
    providers: { speech_to_text: 'ear', language_model: 'mind', text_to_speech: 'voice' },
    sideEffectTools,
  }).settings,
};

describe('a tool that changes something', () => {
  let store: MemoryEventStore;
  let ledger: Ledger;
  let journal: CallJournal;
  let session: VoiceSession;
  let trace: TraceRecorder;

  beforeEach(async () => {
    store = new MemoryEventStore();
    ledger = memoryLedger(store);
    journal = await CallJournal.open(journalOptions(ledger, 'writer'));
    void journal.record(receive);
    void journal.record(start(1));
    await journal.flushed();
    const languages = { language: 'en', fallbackLanguage: null };
    const voiceOptions = { model: null, voice: null, speed: null, tone: null, voiceSettings: {} };
    trace = new TraceRecorder(settings);
    session = new VoiceSession({
      link: {
        audio: () => undefined,
        mark: () => undefined,
        clear: () => undefined,
        close: () => undefined,
      },
      journal,
      settings,
      resumed: null,
      ear: { choices: [{ provider: ear, model: null }], ...languages },
      mind: {
        choices: [{ provider: mind, model: null }],
        temperature: null,
        topP: null,
        maxTokens: null,
        language: 'en',
        systemPrompt: '',
      },
      voices: [{ provider: voice, ...languages, ...voiceOptions }],
      detector: { detect: () => false, free: () => undefined },
      turnBufferMs: 2_000,
      trace,
      taps: [],
      now: () => performance.now(),
      onLive: () => undefined,
      onEnded: () => undefined,
      logger: silentLogger,
    });
    session.start();
  });
  afterEach(async () => {
    store.isAway = false;
    await session.handOver();
  });

  const types = () => journal.state.history.map(({ role }) => role).filter((role) => role.startsWith('tool'));
  const called = () => until('the tool is called', async () => types().length > 0);

  it('runs once it is stored that it was called', async () => {
    store.isAway = true;
    session.onKey('7');
    session.onKey('#');
    await called();
    expect(types()).toEqual(['tool_call']);
    store.isAway = false;
    await until('it has run', async () => types().includes('tool_result'));
    await until('the agent has hung up', async () => journal.state.phase === 'ended');
    await journal.flushed();
    const stored = (await ledger.readStream(stream)).map(({ type }) => type);
    expect(stored.indexOf('ToolReturned')).toBeGreaterThan(stored.indexOf('ToolCalled'));
  });

  it('does not run where another worker has the call by then', async () => {
    const other = await CallJournal.open(journalOptions(ledger, 'other'));
    void other.record({ type: 'LoseMedia', attempt: 1, atMs: 900 });
    await other.flushed();
    // Until the next try nobody knows.
    store.faults.push('away');
    session.onKey('7');
    session.onKey('#');
    await until('the worker knows', async () => journal.isFenced);
    const { packed } = await trace.end();
    const inputs = unpackTrace(packed).inputs.map(([, { type }]) => type);
    expect(inputs).toContain('model_tool_call');
    expect(inputs).not.toContain('tool_result');
  });
});
