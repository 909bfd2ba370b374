import { setTimeout as sleep } from 'node:timers/promises';
import type { CallSettings } from '../domain/agent/defaults.js';
import type { MediaQuality } from '../domain/call/media-events.js';
import { mayFailToPerson } from '../domain/call/transfers.js';
import { AppError, ErrorCode, messageOf, reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import type { LiveChannel } from '../live/live-channel.js';
import type { Providers } from '../providers/registry.js';
import { Alarms } from '../voice/alarms.js';
import type { CallJournal } from '../voice/call-journal.js';
import type { LiveCalls } from '../voice/live-calls.js';
import type { MediaLink } from '../voice/mouth.js';
import type { CallQualities, MeasuredMedia } from '../voice/quality/call-qualities.js';
import type { CallRecordings, GrowingRecording } from '../voice/recording/call-recordings.js';
import { resumedFrom } from '../voice/resumed.js';
import { lateRetriever } from '../voice/retrieval/late-retriever.js';
import type { Retriever, Retrievers } from '../voice/retrieval/retriever.js';
import { type SessionOptions, VoiceSession } from '../voice/session.js';
import type { SpeechToSpeechChoice } from '../voice/speech-to-speech.js';
import { toolsOf } from '../voice/tools.js';
import type { CallTraces } from '../voice/trace/call-traces.js';
import { NEWEST_RULES } from '../voice/turn-taking/rules.js';
import type { ConversationSettings } from '../voice/turn-taking/state.js';
import { meteredEar, meteredMind, meteredSpeaker } from '../voice/usage/metered.js';
import { UsageMeter } from '../voice/usage/usage-meter.js';
import { createVoiceDetector } from '../voice/vad/fvad.js';
import { type Greetings, openingOfAgent } from './greetings.js';
import type { MediaGrant } from './media-token.js';
import type { NumberDirectory } from './number-directory.js';
import { choicesOf, fallbackNames, mapChoices } from './provider-choices.js';
import { settingsWith, speechToSpeechOf } from './speech-to-speech.js';
import { turnTakingOf } from './turn-taking-settings.js';
import type { StreamStart } from './twilio-messages.js';
import { endUnserved } from './unserved-stream.js';
import { requireTelephoneAudio } from './unsupported-audio.js';

export interface MediaSessionsOptions {
  readonly calls: LiveCalls;
  readonly directory: NumberDirectory;
  readonly providers: Providers;
  readonly greetings: Greetings;
  readonly live: LiveChannel;
  /** The tenants' documents; absent: this installation has none. */
  readonly retrievers?: Retrievers | undefined;
  readonly traces: CallTraces;
  readonly recordings: CallRecordings;
  readonly qualities: CallQualities;
  readonly logger: Logger;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

/** A caller who waits longer for an answer has waited too long: the call notes why. */
const TURN_BUDGET_MS = 2_000;

/** The caller waits for the greeting meanwhile. */
const RETRIEVER_WITHIN_MS = 300;

/** Who serves an agent. */
interface AgentChoices {
  readonly ears: SessionOptions['ear']['choices'];
  readonly minds: SessionOptions['mind']['choices'];
  readonly voices: SessionOptions['voices'];
  /** Hears and speaks instead of them. */
  readonly speaker: SpeechToSpeechChoice | undefined;
  readonly retriever: Retriever | null;
}

/** Opens the session of a media stream, in the call that its path was given out for. */
export class MediaSessions {
  readonly #options: MediaSessionsOptions;
  readonly #alarms = new Alarms();

  constructor(options: MediaSessionsOptions) {
    this.#options = options;
  }

  /**
   * Throws `FORBIDDEN` for a stream of another call than the path's, `BAD_USER_INPUT` for audio that isn't a telephone's,
   * `CONFLICT` for a stream that came too late, and `ALREADY_EXISTS` for a second one of the same attempt: a call has one
   * voice. `openedMs`: when its socket was, by `performance.now()`.
   */
  async open(
    grant: MediaGrant,
    start: StreamStart,
    link: MediaLink,
    openedMs: number,
  ): Promise<VoiceSession> {
    const { calls, directory, traces, recordings } = this.#options;
    const journal = await calls.open(grant.tenantId, grant.callId);
    const { callSid, accountSid, agentId, agentVersion, receivedAt } = journal.state;
    if (start.callSid !== callSid || start.accountSid !== accountSid) {
      throw new AppError(ErrorCode.FORBIDDEN, 'CallSid or AccountSid is not the one that the webhook told.');
    }
    if (agentId === null || agentVersion === null || receivedAt === null) {
      throw new AppError(ErrorCode.CONFLICT, 'The call was not taken.');
    }
    const { now, at } = this.#callClock(receivedAt);
    await requireTelephoneAudio(start, journal, grant.attempt, now());
    const agent = await directory.version(grant.tenantId, agentId, agentVersion);
    const meter = new UsageMeter();
    const choices = await this.#choices(agent, meter, grant, { start, journal, nowMs: now() });
    const detector = await createVoiceDetector();
    const before = journal.state;
    let whenStarted: Promise<void>;
    let recording: GrowingRecording | null;
    try {
      whenStarted = this.#startMedia(journal, grant.attempt, start, now());
      recording = agent.recordingEnabled ? recordings.open(journal, grant.attempt, at(openedMs)) : null;
    } catch (error) {
      detector.free();
      throw error;
    }
    const parts = this.#parts(agent, choices, journal, grant, now);
    const trace = traces.open(journal, parts.settings, whenStarted);
    const quality = this.#measure(journal, grant, now, whenStarted);
    const session = new VoiceSession({
      ...parts,
      link,
      alarms: this.#alarms,
      taps: recording ? [quality.tap, recording.tap] : [quality.tap],
      detector,
      trace: trace.recorder,
      resumed: resumedFrom(before),
      onEnded: () => {
        calls.detach(journal, session);
        trace.end();
        quality.end(session.echoes, meter.measured());
        recording?.end(now());
      },
    });
    calls.attach(journal, session);
    return session;
  }

  /** Throws `BAD_USER_INPUT` where a key was taken away and nothing is left, and ends the call. */
  async #choices(
    agent: CallSettings,
    meter: UsageMeter,
    { attempt }: MediaGrant,
    { start, journal, nowMs }: { start: StreamStart; journal: CallJournal; nowMs: number },
  ): Promise<AgentChoices> {
    const { providers, greetings } = this.#options;
    const { speechToText, speechToTextFallbacks, languageModel, languageModelFallbacks } = agent;
    try {
      const ears = choicesOf(providers, 'speechToText', speechToText, speechToTextFallbacks);
      const minds = choicesOf(providers, 'languageModel', languageModel, languageModelFallbacks);
      return {
        ears: mapChoices(ears, (ear) => ({ ...ear, provider: meteredEar(ear.provider, meter) })),
        minds: mapChoices(minds, (mind) => ({ ...mind, provider: meteredMind(mind.provider, meter) })),
        voices: greetings.voicesOf(agent, meter),
        speaker: speakerOf(speechToSpeechOf(providers, agent), meter),
        retriever: await this.#retrieverOf(journal.tenantId),
      };
    } catch (error) {
      await endUnserved(start, journal, attempt, { error: messageOf(error), nowMs });
      throw error;
    }
  }

  /** A call goes on without documents that can't be asked for, and doesn't wait for who says late whether there are any. */
  async #retrieverOf(tenantId: string): Promise<Retriever | null> {
    const { retrievers, logger } = this.#options;
    if (!retrievers) return null;
    try {
      const coming = retrievers.retrieverOf(tenantId);
      const late = sleep(RETRIEVER_WITHIN_MS, lateRetriever(coming), { ref: false });
      return await Promise.race([coming, late]);
    } catch (error) {
      logger.warn({ tenantId, error: reasonOf(error) }, "A tenant's documents can not be found.");
      return null;
    }
  }

  /** It's stored in the background; a stream that another took first is fenced by what comes back. */
  #startMedia(
    journal: CallJournal,
    attempt: number,
    { streamSid }: StreamStart,
    nowMs: number,
  ): Promise<void> {
    const { worker } = this.#options.calls;
    return journal.record({ type: 'StartMedia', attempt, worker, streamSid, atMs: Math.round(nowMs) });
  }

  #measure(
    journal: CallJournal,
    { callId, attempt }: MediaGrant,
    now: () => number,
    whenStarted: Promise<void>,
  ): MeasuredMedia {
    const { live, qualities } = this.#options;
    const onSample = (quality: MediaQuality) => live.publishQuality(callId, { attempt, ...quality });
    return qualities.open({ journal, attempt, now, whenStarted, onSample });
  }

  #parts(
    agent: CallSettings,
    { ears, minds, voices, speaker, retriever }: AgentChoices,
    journal: CallJournal,
    { callId, attempt }: MediaGrant,
    now: () => number,
  ): Omit<SessionOptions, 'link' | 'alarms' | 'taps' | 'detector' | 'trace' | 'resumed' | 'onEnded'> {
    const { live, logger } = this.#options;
    const { language, fallbackLanguage, languageModel } = agent;
    const [ear] = ears;
    const listener = speaker?.provider.traits(speaker.options) ?? ear.provider.traits(ear.model);
    const settings: ConversationSettings = {
      rules: NEWEST_RULES,
      attempt,
      language,
      ...openingOfAgent(agent),
      silenceTimeoutMs: agent.silenceTimeoutMs,
      maxDurationMs: agent.maxDurationMs,
      answeredAtMs: journal.state.answeredAtMs,
      ...turnTakingOf(agent, listener),
      providers: {
        speech_to_text: ear.provider.name,
        language_model: minds[0].provider.name,
        text_to_speech: voices[0].provider.name,
      },
      fallbacks: { language_model: fallbackNames(minds), text_to_speech: fallbackNames(voices) },
      hedgeAfterMs: agent.hedgeAfterMs,
      turnBudgetMs: TURN_BUDGET_MS,
      speechToSpeech: false,
      retrieves: retriever !== null,
      failureTransferTo: mayFailToPerson(journal.state) ? agent.transferTo : null,
    };
    return {
      journal,
      settings: speaker ? settingsWith(settings, speaker) : settings,
      speechToSpeech: speaker,
      turnBufferMs: agent.turnBufferMs,
      ear: { choices: ears, language, fallbackLanguage },
      mind: {
        choices: minds,
        temperature: languageModel.temperature,
        topP: agent.topP,
        maxTokens: languageModel.maxTokens,
        language,
        systemPrompt: agent.systemPrompt,
        tools: toolsOf(agent),
      },
      transferTo: agent.transferTo,
      retriever,
      voices,
      now,
      onLive: (text) => live.publish(callId, text),
      logger,
    };
  }

  /** Milliseconds since the call was received; within a session it never goes back. `at`: then, by `performance.now()`. */
  #callClock(receivedAt: string): { now: () => number; at: (ms: number) => number } {
    const originMs = performance.now() - Math.max(0, this.#options.now() - Date.parse(receivedAt));
    return { now: () => performance.now() - originMs, at: (ms) => Math.max(0, ms - originMs) };
  }
}

const speakerOf = (
  speaker: SpeechToSpeechChoice | undefined,
  meter: UsageMeter,
): SpeechToSpeechChoice | undefined =>
  speaker && { ...speaker, provider: meteredSpeaker(speaker.provider, meter) };
