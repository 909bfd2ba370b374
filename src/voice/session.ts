import { setTimeout as sleep } from 'node:timers/promises';
import type { CallEvent } from '../domain/call/events.js';
import { reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import type { Alarm, Alarms } from './alarms.js';
import { AudioBuffer } from './audio-buffer.js';
import type { CallJournal } from './call-journal.js';
import { Ear, type EarOptions } from './ear.js';
import { type Frame, InboundAudio } from './inbound-audio.js';
import { type MediaTap, tappedLink } from './media-tap.js';
import { Mind, type MindOptions } from './mind.js';
import { type MediaLink, Mouth, type Voices } from './mouth.js';
import { wishesIn } from './resumed.js';
import { Lookups } from './retrieval/lookups.js';
import type { Retriever } from './retrieval/retriever.js';
import { SpeakingModel, type SpeechToSpeechChoice } from './speech-to-speech.js';
import { runTool } from './tools.js';
import type { TraceRecorder } from './trace/trace-recorder.js';
import type { Effect } from './turn-taking/effect.js';
import type { Input, Resumed } from './turn-taking/input.js';
import { type ConversationSettings, initialState, nextDeadlineMs, type State } from './turn-taking/state.js';
import { type Step, step } from './turn-taking/step.js';
import type { VoiceDetector } from './vad/fvad.js';

export interface SessionOptions {
  readonly link: MediaLink;
  readonly journal: CallJournal;
  readonly settings: ConversationSettings;
  /** Another worker carried the call before. */
  readonly resumed: Resumed | null;
  readonly ear: EarOptions;
  readonly mind: MindOptions;
  /** In E.164: where its tool puts callers through to; `null`: it has none for that. */
  readonly transferTo: string | null;
  /** The tenant's documents; `null`: it has none. */
  readonly retriever: Retriever | null;
  readonly voices: Voices;
  /** Hears and speaks instead of them, as long as it can; absent: none does. */
  readonly speechToSpeech?: SpeechToSpeechChoice | undefined;
  readonly detector: VoiceDetector;
  /** Of `fixed_buffer`: a turn is so much audio. */
  readonly turnBufferMs: number;
  /** Keeps what comes in. */
  readonly trace: TraceRecorder;
  /** See the media go by, both ways. */
  readonly taps: readonly MediaTap[];
  /** On the call's clock: milliseconds since it was received, never going back. */
  readonly now: () => number;
  /** Of all sessions of this process. */
  readonly alarms: Alarms;
  /** What is being said, for those who follow live. */
  readonly onLive: (live: LiveText) => void;
  /** The session is over, and what can be stored of it is. */
  readonly onEnded: () => void;
  readonly logger: Logger;
}

export type LiveText = Omit<Extract<Effect, { type: 'live' }>, 'type'>;

/** Without media for so long in mid-speech, silence stands in for it: the line hangs, and the words must end. */
const SILENCE_AFTER_MS = 750;
/** Twilio sends media through silence: without any for so long the line hangs, and then it's gone. */
const STALLED_AFTER_MS = 5_000;
const GONE_AFTER_MS = 10_000;
const WATCH_EVERY_MS = 250;
/** The stream's end waits so long for the ledger; what isn't stored then is stored when the ledger is back. */
const CLOSE_WITHIN_MS = 10_000;

/**
 * One media stream of one call: it drives the pure parts (voice activity, turn-taking), and carries out what turn-taking
 * wants by its ear, mind and mouth. It has one alarm, at the earliest of all deadlines.
 */
export class VoiceSession {
  readonly #options: SessionOptions;
  readonly #inbound: InboundAudio;
  readonly #buffer: AudioBuffer | null;
  readonly #ear: Ear;
  readonly #mind: Mind;
  readonly #lookups: Lookups;
  readonly #mouth: Mouth;
  readonly #speaker: SpeakingModel | null;
  readonly #stop = new AbortController();
  readonly #inbox: Input[] = [];
  readonly #unlisten: () => void;
  readonly #watch: NodeJS.Timeout;
  readonly #alarm: Alarm;
  #state: State;
  #isTaking = false;
  #lastMediaMs: number;
  #watchedMs: number;

  constructor(options: SessionOptions) {
    const { signal } = this.#stop;
    const take = (input: Input) => this.#take(input);
    this.#options = options;
    this.#state = initialState(options.settings);
    this.#inbound = new InboundAudio(options.detector);
    const isBuffered = options.settings.turnDetection === 'fixed_buffer';
    this.#buffer = isBuffered ? new AudioBuffer(options.turnBufferMs) : null;
    this.#mind = new Mind(options.mind, take, signal);
    this.#lookups = new Lookups(options.retriever, take, signal, options.logger);
    this.#mouth = new Mouth(
      options.voices,
      tappedLink(options.link, options.taps, options.now),
      take,
      options.now,
      signal,
    );
    const { speechToSpeech } = options;
    this.#speaker = speechToSpeech ? new SpeakingModel(speechToSpeech, take, this.#mouth, signal) : null;
    this.#ear = new Ear(earOf(options.ear, this.#speaker), take, signal);
    this.#lastMediaMs = options.now();
    this.#watchedMs = this.#lastMediaMs;
    this.#unlisten = options.journal.listen({
      foreign: (events) => this.#onForeign(events),
      fenced: (error) => this.#onFenced(error),
    });
    this.#alarm = options.alarms.add(() => this.#onAlarm());
    this.#watch = setInterval(() => this.#guard(() => this.#watchMedia()), WATCH_EVERY_MS);
  }

  /** How many transcripts were dropped so far: they were the agent's own words. */
  get echoes(): number {
    return this.#state.echoes;
  }

  start(): void {
    void this.#ear.listen();
    this.#warmUp();
    const { resumed, journal } = this.#options;
    this.#take({ type: 'start', resumed });
    // Nobody was there to hear it.
    for (const event of wishesIn(journal.state)) this.#take({ type: 'foreign', event });
  }

  /** The caller's audio, mu-law. `timestampMs`: the carrier's clock. */
  onMedia(payload: Uint8Array, timestampMs: number): void {
    this.#options.alarms.ringDue();
    this.#guard(() => {
      this.#lastMediaMs = this.#options.now();
      if (this.#state.stalled) this.#take({ type: 'media', flows: true });
      // The line that moves again may have brought the call's end.
      if (this.#stop.signal.aborted) return;
      for (const tap of this.#options.taps) tap.received(payload, timestampMs, this.#lastMediaMs);
      this.#hear(this.#inbound.take(payload, timestampMs, this.#lastMediaMs, this.#mouth.isHeard));
      if (this.#buffer?.add(timestampMs)) this.#take({ type: 'buffer_full' });
    });
  }

  onMark(name: string): void {
    this.#guard(() => {
      for (const tap of this.#options.taps) tap.markReturned(name, this.#options.now());
      this.#mouth.onMark(name);
    });
  }

  onKey(digit: string): void {
    this.#take({ type: 'key', digit });
  }

  /**
   * Something came that can't be read, and is left out. `recoverable`: `false`: there is too much of it, and the stream is
   * about to be closed. `error`: without anything that it says.
   */
  onUnreadable(error: string, recoverable: boolean): void {
    const { journal, settings, now } = this.#options;
    const { attempt } = settings;
    const atMs = Math.round(now());
    if (this.#stop.signal.aborted) return;
    try {
      void journal.record({ type: 'ReportAudioFailure', attempt, recoverable, error, atMs });
    } catch (fencedBy) {
      this.#onFenced(fencedBy);
    }
  }

  /** `stop`: the carrier says that the stream is over; `closed`: the socket is gone. */
  onSocket(state: 'stop' | 'closed'): void {
    // No media come any more, and that tells nothing: after a socket that closed the carrier may come back.
    clearInterval(this.#watch);
    this.#take({ type: 'socket', state });
  }

  /** Leaves the call to another worker: the carrier asks for one when the stream closes. */
  async handOver(): Promise<void> {
    await this.#close();
  }

  /** While the greeting is spoken, which is there already. A model that speaks itself opens its own connection. */
  #warmUp(): void {
    if (this.#speaker) return;
    this.#mind.warmUp();
    this.#mouth.warmUp();
  }

  /** Inputs are taken one after the other: an effect's own input waits until its step is done. */
  #take(input: Input): void {
    this.#inbox.push(input);
    if (this.#isTaking) return;
    this.#isTaking = true;
    this.#guard(() => this.#takeAll());
    this.#isTaking = false;
    this.#schedule();
  }

  /**
   * A mistake of ours ends this media stream, and no other call: the carrier asks for the next one, which goes on from what
   * is stored. Does nothing once the session is over.
   */
  #guard(work: () => void): void {
    if (this.#stop.signal.aborted) return;
    try {
      work();
    } catch (error) {
      const { logger, journal } = this.#options;
      const stack = error instanceof Error ? error.stack : undefined;
      const details = { stream: journal.stream, error: reasonOf(error), stack };
      logger.error(details, 'A media stream failed by a mistake of ours.');
      void this.#close();
    }
  }

  #takeAll(): void {
    while (!this.#stop.signal.aborted) {
      const dueMs = nextDeadlineMs(this.#state);
      const isDue = dueMs !== null && dueMs <= this.#options.now();
      const next = this.#inbox.shift() ?? (isDue ? ({ type: 'tick' } as const) : undefined);
      if (!next) return;
      this.#step(next, Math.round(this.#options.now()));
    }
  }

  #step(input: Input, nowMs: number): void {
    const before = this.#state;
    const { state, events, effects } = step(before, input, nowMs);
    this.#state = state;
    const commandId = this.#record(events);
    // A tick before its time changes nothing, in no version of the rules: there are many.
    if (input.type !== 'tick' || state !== before) this.#options.trace.add(nowMs, input, commandId);
    for (const effect of effects) this.#carryOut(effect);
  }

  /** The command by which they are recorded; `null`: there is nothing to record, or it may not be. */
  #record(events: Step['events']): string | null {
    if (events.length === 0) return null;
    const { journal, settings } = this.#options;
    try {
      // It's stored in the background; what forbids it comes back as `fenced`.
      void journal.record({ type: 'Record', attempt: settings.attempt, events });
      return journal.lastCommandId;
    } catch (error) {
      this.#onFenced(error);
      return null;
    }
  }

  #onAlarm(): void {
    this.#guard(() => this.#mouth.pump());
    this.#take({ type: 'tick' });
  }

  #schedule(): void {
    const { alarms, now } = this.#options;
    if (this.#stop.signal.aborted) return;
    const due = [nextDeadlineMs(this.#state), this.#mouth.nextPumpMs].filter((ms) => ms !== null);
    alarms.set(this.#alarm, due.length === 0 ? null : Math.min(...due) - now());
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'clear':
        return this.#mouth.clear();
      case 'play':
        return this.#mouth.play(effect);
      case 'say':
        return this.#mouth.say(effect);
      case 'rewind':
        return this.#mouth.rewind(effect);
      case 'drop':
        return this.#mouth.drop(effect.reply);
      case 'retrieve':
        void this.#lookups.lookUp(effect, this.#options.journal.state.history);
        return;
      case 'forget':
        return this.#lookups.forget(effect.retrieval);
      case 'think':
        return this.#think(effect);
      case 'abort':
        this.#speaker?.abort(effect.model, effect.late);
        return this.#mind.abort(effect.model, effect);
      case 'truncate':
        return this.#speaker?.truncate(effect.model, effect.heardMs);
      case 'run_tool':
        return this.#take({
          type: 'tool_result',
          id: effect.call.id,
          ...runTool(effect.call, this.#options),
        });
      case 'finalize':
        return this.#ear.finalize();
      case 'live':
        return this.#options.onLive(effect);
      case 'close':
        void this.#close();
    }
  }

  #think(effect: Extract<Effect, { type: 'think' }>): void {
    const { history } = this.#options.journal.state;
    const passages = this.#lookups.passagesOf(effect.retrieval);
    if (effect.speaks) void this.#speaker?.answer(effect, history, passages);
    // The model that speaks itself stands before the mind's choices.
    else {
      // A connection that was opened before may have waited too long; the model takes longer than a handshake.
      this.#mouth.warmUp();
      const rank = (effect.rank ?? 0) - (this.#speaker ? 1 : 0);
      void this.#mind.think({ ...effect, rank }, history, passages);
    }
  }

  #hear(frames: readonly Frame[]): void {
    for (const { bytes, voiced, edge, pause, untold } of frames) {
      this.#ear.write(bytes, voiced);
      // A speech-to-text of whole utterances says nothing of this one until it's asked; its words tell whose they are.
      if (untold && !this.#state.settings.interims) this.#ear.finalize();
      if (edge) this.#take({ type: 'voice', on: edge.on, atMs: Math.round(edge.atMs) });
      if (pause) this.#take({ type: 'voice_pause', paused: pause.paused, atMs: Math.round(pause.atMs) });
    }
  }

  #watchMedia(): void {
    const nowMs = this.#options.now();
    // A process that was stopped for a while has not been listening: the line may be well.
    if (nowMs - this.#watchedMs >= SILENCE_AFTER_MS) this.#lastMediaMs = nowMs;
    this.#watchedMs = nowMs;
    const silentMs = nowMs - this.#lastMediaMs;
    if (silentMs >= GONE_AFTER_MS) return this.onSocket('stop');
    if (silentMs >= STALLED_AFTER_MS && !this.#state.stalled) this.#take({ type: 'media', flows: false });
    if (silentMs >= SILENCE_AFTER_MS && this.#inbound.isVoiced) {
      this.#hear(this.#inbound.fill(WATCH_EVERY_MS, nowMs, this.#mouth.isHeard));
    }
  }

  #onForeign(events: readonly CallEvent[]): void {
    for (const event of events) this.#take({ type: 'foreign', event });
  }

  #onFenced(error: unknown): void {
    const { logger, journal } = this.#options;
    logger.warn({ stream: journal.stream, error: reasonOf(error) }, 'The call is no longer ours.');
    void this.#close(error);
  }

  async #close(fencedBy?: unknown): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#options.alarms.remove(this.#alarm);
    clearInterval(this.#watch);
    this.#inbound.close();
    // The carrier asks what comes next as soon as the stream closes: the answer should be stored by then.
    await Promise.race([this.#options.journal.flushed(), sleep(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    this.#options.link.close(fencedBy);
    this.#unlisten();
    this.#options.onEnded();
  }
}

/** A model that speaks itself listens, too: the speech-to-text is its fallback. */
const earOf = ({ choices, ...ear }: EarOptions, speaker: SpeakingModel | null): EarOptions =>
  speaker ? { ...ear, choices: [{ provider: speaker.ear, model: null }, ...choices] } : { ...ear, choices };
