import type { AgentSettings } from '../domain/agent/settings.js';
import type { CallState } from '../domain/call/state.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import type { LiveChannel } from '../live/live-channel.js';
import type { Providers } from '../providers/registry.js';
import type { CallJournal } from '../voice/call-journal.js';
import type { LiveCalls } from '../voice/live-calls.js';
import type { MediaLink } from '../voice/mouth.js';
import { type SessionOptions, VoiceSession } from '../voice/session.js';
import type { CallTraces } from '../voice/trace/call-traces.js';
import type { Resumed } from '../voice/turn-taking/input.js';
import { createVoiceDetector } from '../voice/vad/fvad.js';
import type { MediaGrant } from './media-token.js';
import type { NumberDirectory } from './number-directory.js';
import type { StreamStart } from './twilio-messages.js';

export interface MediaSessionsOptions {
  readonly calls: LiveCalls;
  readonly directory: NumberDirectory;
  readonly providers: Providers;
  readonly live: LiveChannel;
  readonly traces: CallTraces;
  readonly logger: Logger;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

/** Opens the session of a media stream, in the call that its path was given out for. */
export class MediaSessions {
  readonly #options: MediaSessionsOptions;

  constructor(options: MediaSessionsOptions) {
    this.#options = options;
  }

  /**
   * Throws `FORBIDDEN` for a stream of another call than the path's, `CONFLICT` for one that came too late, and
   * `ALREADY_EXISTS` for a second one of the same attempt: a call has one voice.
   */
  async open(grant: MediaGrant, start: StreamStart, link: MediaLink): Promise<VoiceSession> {
    const { calls, directory, traces } = this.#options;
    const journal = await calls.open(grant.tenantId, grant.callId);
    const { callSid, accountSid, agentId, agentVersion, receivedAt } = journal.state;
    if (start.callSid !== callSid || start.accountSid !== accountSid) {
      throw new AppError(ErrorCode.FORBIDDEN, 'CallSid or AccountSid is not the one that the webhook told.');
    }
    if (agentId === null || agentVersion === null || receivedAt === null) {
      throw new AppError(ErrorCode.CONFLICT, 'The call was not taken.');
    }
    const agent = await directory.version(grant.tenantId, agentId, agentVersion);
    const detector = await createVoiceDetector();
    const now = this.#callClock(receivedAt);
    const before = journal.state;
    let whenStarted: Promise<void>;
    try {
      whenStarted = this.#startMedia(journal, grant.attempt, start, now());
    } catch (error) {
      detector.free();
      throw error;
    }
    const parts = this.#parts(agent, journal, grant, now);
    const trace = traces.open(journal, parts.settings, whenStarted);
    const session = new VoiceSession({
      ...parts,
      link,
      detector,
      trace: trace.recorder,
      resumed: before.phase === 'answered' ? resumedFrom(before) : null,
      onEnded: () => {
        calls.detach(journal);
        trace.end();
      },
    });
    calls.attach(journal, session);
    return session;
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

  #parts(
    agent: AgentSettings,
    journal: CallJournal,
    { callId, attempt }: MediaGrant,
    now: () => number,
  ): Omit<SessionOptions, 'link' | 'detector' | 'trace' | 'resumed' | 'onEnded'> {
    const { providers, live, logger } = this.#options;
    const { language, speechToText, languageModel, textToSpeech } = agent;
    const ear = providers.get('speechToText', speechToText.provider);
    const mind = providers.get('languageModel', languageModel.provider);
    const voice = providers.get('textToSpeech', textToSpeech.provider);
    return {
      journal,
      settings: {
        attempt,
        language,
        greeting: agent.greeting ?? '',
        silenceTimeoutMs: agent.silenceTimeoutMs,
        maxDurationMs: agent.maxDurationMs,
        answeredAtMs: journal.state.answeredAtMs,
        finalWithinMs: ear.finalWithinMs,
        interims: ear.interims,
        providers: { speech_to_text: ear.name, language_model: mind.name, text_to_speech: voice.name },
      },
      ear: { provider: ear, model: speechToText.model, language },
      mind: { ...languageModel, provider: mind, language, systemPrompt: agent.systemPrompt ?? '' },
      voice: { provider: voice, model: textToSpeech.model, voice: textToSpeech.voice, language },
      now,
      onLive: (text) => live.publish(callId, text),
      logger,
    };
  }

  /** Milliseconds since the call was received; within a session it never goes back. */
  #callClock(receivedAt: string): () => number {
    const originMs = performance.now() - Math.max(0, this.#options.now() - Date.parse(receivedAt));
    return () => performance.now() - originMs;
  }
}

/** What the worker before left: `state` is as it was before this stream. */
const resumedFrom = ({ turn, openTurn, agentCutOff }: CallState): Resumed => ({
  turn,
  unanswered: openTurn !== null && !openTurn.agentStarted,
  agentCutOff,
});
