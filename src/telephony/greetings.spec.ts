import { describe, expect, it } from '@jest/globals';
import { callSettings, defaultSettings } from '../domain/agent/defaults.js';
import type { AgentSettings } from '../domain/agent/settings.js';
import { silentLogger } from '../domain/logger.js';
import { agentStream } from '../domain/stream.js';
import type { LedgerRecord } from '../ledger/ledger.js';
import { Providers } from '../providers/registry.js';
import type { SpeechPart, SpeechRequest } from '../providers/text-to-speech.js';
import { speak, type Voice } from '../voice/speech.js';
import { UsageMeter } from '../voice/usage/usage-meter.js';
import { Greetings } from './greetings.js';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const published = (occurredAt = '2026-11-21T11:59:30Z', type = 'AgentVersionPublished'): LedgerRecord =>
  ({
    type,
    stream: agentStream('tnt_1', 'agt_1'),
    data: { version: 3 },
    metadata: { occurredAt },
  }) as unknown as LedgerRecord;

/** An agent's greetings, with a voice that notes what it's asked to say. */
const reception = (settings: Partial<AgentSettings> = {}, fails = false) => {
  const said: string[] = [];
  const asked: unknown[] = [];
  const textToSpeech = {
    name: 'studio',
    async *speak({ text }: SpeechRequest): AsyncGenerator<SpeechPart, void> {
      said.push(text);
      if (fails) throw new Error('no voice');
      yield new Uint8Array(160);
    },
  };
  const agent = callSettings({
    ...defaultSettings('studio'),
    greeting: 'Good evening!',
    voiceSpeed: 1.1,
    ...settings,
  });
  const greetings = new Greetings({
    providers: new Providers({ studio: { textToSpeech } }, 'studio'),
    directory: {
      version: async (...of) => {
        asked.push(of);
        return agent;
      },
    },
    logger: silentLogger,
    now: () => NOW,
  });
  return { greetings, agent, said, asked };
};

const hear = async (voice: Voice, text: string): Promise<void> => {
  for await (const _ of speak(voice, { text }, new AbortController().signal)) {
    // Only that it's said matters.
  }
};

describe('a greeting', () => {
  it('is made as soon as its agent is published, and said at once from then on', async () => {
    const { greetings, agent, said, asked } = reception();
    greetings.onEvent(published());
    await greetings.prepared();
    expect(asked).toEqual([['tnt_1', 'agt_1', 3]]);
    expect(said).toEqual(['Good evening!']);
    const [voice] = greetings.voicesOf(agent, new UsageMeter());
    expect(voice).toMatchObject({ speed: 1.1, language: 'en' });
    await hear(voice, 'Good evening!');
    expect(said).toHaveLength(1);
  });

  it("is said in the agent's fallback language by a voice that doesn't know the first", () => {
    const languages = { language: 'sw', fallbackLanguage: 'en-GB' };
    const { greetings, agent } = reception(languages);
    expect(greetings.voicesOf(agent, new UsageMeter())[0]).toMatchObject(languages);
  });

  it('is made at the first call where it was published long ago, and for nothing else', async () => {
    const { greetings, said, asked } = reception();
    greetings.onEvent(published('2026-11-21T11:00:00Z'));
    greetings.onEvent(published(undefined, 'AgentEnabled'));
    await greetings.prepared();
    expect([said, asked]).toEqual([[], []]);
  });

  it('begins with the consent sentence, where calls are recorded', async () => {
    const consent = { recordingConsent: 'This call is recorded.' };
    const recorded = reception({ ...consent, recordingEnabled: true });
    const unrecorded = reception({ ...consent, recordingEnabled: false });
    for (const { greetings } of [recorded, unrecorded]) {
      greetings.onEvent(published());
      await greetings.prepared();
    }
    expect(recorded.said).toEqual(['This call is recorded.', 'Good evening!']);
    expect(unrecorded.said).toEqual(['Good evening!']);
  });

  it('that can not be made, or whose text was erased, stops no other', async () => {
    const { greetings, said } = reception({}, true);
    greetings.onEvent(published());
    greetings.onEvent(published());
    await greetings.prepared();
    expect(said).toHaveLength(2);
    const erased = reception({ greeting: null });
    erased.greetings.onEvent(published());
    await erased.greetings.prepared();
    expect(erased.said).toEqual([]);
  });
});
