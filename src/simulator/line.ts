import { FRAME_MS } from '../audio/mu-law.js';
import { AgentSpeech } from './agent-speech.js';
import { Caller, type CallerTalk } from './caller.js';
import { SILENT_FRAME } from './caller-audio.js';
import type { CallerStep } from './caller-steps.js';
import type { PlatformMessage } from './carrier-messages.js';
import type { CarrierStream } from './carrier-stream.js';
import { Lateness } from './lateness.js';
import { Metronome } from './metronome.js';
import { PlayoutBuffer } from './playout-buffer.js';
import type { Recording } from './recording.js';

/** What is heard on the line, as it happens. */
export type LineEvent =
  | CallerTalk
  | { readonly type: 'pressed'; readonly digit: string }
  | { readonly type: 'agent_started' | 'agent_stopped' | 'agent_cut' };

export interface LineOptions {
  readonly steps: readonly CallerStep[];
  readonly recording: Recording | null;
  /** The call's clock, in ms. */
  readonly now: () => number;
  readonly onEvent: (event: LineEvent, atMs: number) => void;
  readonly onHangUp: (how: 'stop' | 'vanish') => void;
  /** Something went wrong in here: the call can't go on. */
  readonly onFailure: (error: unknown) => void;
}

/** A process that can run beats every 20 ms; one that didn't for this long was stopped, or had other work. */
const DEAF_AFTER_MS = 2 * FRAME_MS;

/** All calls of this process beat to one timer. */
const metronome = new Metronome();

/**
 * The caller's end of a call: 20 ms by 20 ms the caller speaks into it, and hears what is played. It outlives a media
 * stream: while there is none, the caller speaks into the void, and hears nothing.
 */
export class Line {
  readonly caller: Caller;
  readonly agent: AgentSpeech;
  readonly lateness = new Lateness();
  readonly #options: LineOptions;
  readonly #playout: PlayoutBuffer;
  #stream: CarrierStream | null = null;
  #stopBeat: (() => void) | null = null;
  #unplayedMs = 0;
  #awakeAtMs: number | null = null;

  constructor(options: LineOptions) {
    const { steps, recording, onEvent } = options;
    this.#options = options;
    const agent = new AgentSpeech((talk, atMs) => onEvent({ type: `agent_${talk}` }, atMs));
    const playout = new PlayoutBuffer({
      onStart: (atMs, gapMs) => agent.onStart(atMs, gapMs),
      onPlayed: (fromMs, muLaw) => {
        agent.onPlayed(fromMs, muLaw);
        recording?.addAgent(fromMs, muLaw);
      },
      onCut: (atMs) => agent.onCut(atMs),
      onMark: (name) => this.#stream?.mark(name),
    });
    const hearing = {
      answeredSince: (sinceMs: number) => agent.answeredSince(sinceMs),
      silentForMs: (nowMs: number) => (playout.isPlaying(nowMs) ? 0 : agent.silentForMs(nowMs)),
    };
    this.agent = agent;
    this.#playout = playout;
    this.caller = new Caller(steps, hearing, onEvent);
  }

  get minLeadMs(): number | null {
    return this.#playout.minLeadMs;
  }

  /** What the agent had sent when the last media stream ended, and the caller didn't hear. */
  get unplayedMs(): number {
    return this.#unplayedMs;
  }

  /** A media stream is up. The first one is the answer: the caller begins. */
  attach(stream: CarrierStream): void {
    this.#stream = stream;
    // What a lost stream had left isn't what the platform hung up on.
    this.#unplayedMs = 0;
    const originMs = performance.now() - this.#options.now();
    this.#stopBeat ??= metronome.add((dueMs, nowMs) => {
      this.lateness.add(nowMs - dueMs);
      try {
        this.#beat(dueMs - originMs);
      } catch (error) {
        this.close();
        this.#options.onFailure(error);
      }
    });
  }

  receive(message: PlatformMessage): void {
    const nowMs = this.#wake();
    if (message.event === 'media') this.#playout.receiveAudio(message.muLaw, nowMs);
    else if (message.event === 'mark') this.#playout.receiveMark(message.name, nowMs);
    else this.#playout.clear(nowMs);
  }

  /** The media stream is over, and with it what wasn't played. */
  detach(): void {
    this.#stream = null;
    this.#unplayedMs += this.#playout.close(this.#options.now());
    this.agent.onStreamEnded();
  }

  /** The call is over. */
  close(): void {
    this.detach();
    this.#stopBeat?.();
    this.#stopBeat = () => undefined;
  }

  /** The time; also tells whether this process has just been unable to hear. */
  #wake(): number {
    const nowMs = this.#options.now();
    const awakeAtMs = this.#awakeAtMs ?? nowMs;
    if (nowMs - awakeAtMs > DEAF_AFTER_MS) this.agent.onDeaf(awakeAtMs, nowMs);
    this.#awakeAtMs = nowMs;
    return nowMs;
  }

  #beat(dueMs: number): void {
    const nowMs = this.#wake();
    this.#playout.advance(nowMs);
    if (!this.#playout.isPlaying(nowMs)) this.agent.onSilence(nowMs);
    const { frame, digit, hangsUp } = this.caller.beat(dueMs);
    if (frame !== SILENT_FRAME) this.#options.recording?.addCaller(dueMs - FRAME_MS, frame.bytes);
    if (this.caller.isActing) this.agent.onCaller(dueMs);
    this.#stream?.media(frame, dueMs);
    if (digit !== null) {
      this.#stream?.key(digit);
      this.#options.onEvent({ type: 'pressed', digit }, dueMs);
    }
    if (!hangsUp) return;
    this.close();
    this.#options.onHangUp(hangsUp);
  }
}
