import { LiveCalls } from '../../src/voice/live-calls.js';
import { Mouth } from '../../src/voice/mouth.js';
import { VoiceSession } from '../../src/voice/session.js';
import { CallTraces } from '../../src/voice/trace/call-traces.js';
import { TraceRecorder } from '../../src/voice/trace/trace-recorder.js';
import type { Input } from '../../src/voice/turn-taking/input.js';
import { interruptionPolicies } from '../../src/voice/turn-taking/policy.js';

/** The agent was silenced, as the platform saw it. */
export interface SeenClear {
  readonly callSid: string;
  /** Voice that lasted long enough, or words. */
  readonly by: 'voice' | 'words';
  /** When that was certain, in ms since the epoch. */
  readonly confirmedAtMs: number;
  /** From then until `clear` was handed to the socket. */
  readonly clearAfterMs: number;
}

interface SeenCall {
  readonly callSid: string;
  /** When its latest frame was taken: the one that brought what is decided in its wake. */
  mediaAtMs: number;
  /** On the call's clock. */
  onsetAtMs: number;
}

interface Step {
  readonly call: SeenCall;
  readonly input: Input;
  /** On the call's clock, and on this process's. */
  readonly atMs: number;
  readonly takenAtMs: number;
}

/** Of an agent that doesn't say. */
const HOLD_AFTER_MS = interruptionPolicies.medium.holdAfterMs ?? Number.NaN;
/** Voice that stops the agent later than this did it for another reason. */
const MAX_LATE_MS = 1_000;

/**
 * Sees what silences the agent, and how soon. The platform keeps no such figure: it's measured around it. A step's input
 * is traced before its effects are carried out, all in one go, so the latest one traced is what `clear` comes from.
 */
export class InterruptionProbe {
  readonly #byJournal = new WeakMap<object, SeenCall>();
  readonly #byRecorder = new WeakMap<TraceRecorder, SeenCall>();
  readonly #bySession = new WeakMap<VoiceSession, SeenCall>();
  #latest: Step | null = null;
  #clears: SeenClear[] = [];

  install(): void {
    const probe = this;
    const { open } = CallTraces.prototype;
    CallTraces.prototype.open = function (this: CallTraces, journal, ...rest) {
      const trace = open.call(this, journal, ...rest);
      probe.#byRecorder.set(trace.recorder, probe.#callOf(journal));
      return trace;
    };
    const { attach } = LiveCalls.prototype;
    LiveCalls.prototype.attach = function (this: LiveCalls, journal, session) {
      probe.#bySession.set(session, probe.#callOf(journal));
      attach.call(this, journal, session);
    };
    const { onMedia } = VoiceSession.prototype;
    VoiceSession.prototype.onMedia = function (this: VoiceSession, ...media) {
      const call = probe.#bySession.get(this);
      if (call) call.mediaAtMs = performance.now();
      onMedia.apply(this, media);
    };
    const { add } = TraceRecorder.prototype;
    TraceRecorder.prototype.add = function (this: TraceRecorder, atMs, input, ...rest) {
      probe.#note(this, atMs, input);
      add.call(this, atMs, input, ...rest);
    };
    const { clear } = Mouth.prototype;
    Mouth.prototype.clear = function (this: Mouth) {
      clear.call(this);
      probe.#onClear();
    };
  }

  take(): readonly SeenClear[] {
    const clears = this.#clears;
    this.#clears = [];
    return clears;
  }

  #callOf(journal: { readonly state: { readonly callSid: string | null } }): SeenCall {
    const known = this.#byJournal.get(journal);
    const call = known ?? { callSid: journal.state.callSid ?? '', mediaAtMs: 0, onsetAtMs: 0 };
    this.#byJournal.set(journal, call);
    return call;
  }

  #note(recorder: TraceRecorder, atMs: number, input: Input): void {
    const call = this.#byRecorder.get(recorder);
    if (!call) return;
    if (input.type === 'voice' && input.on) call.onsetAtMs = input.atMs;
    this.#latest = { call, input, atMs, takenAtMs: performance.now() };
  }

  #onClear(): void {
    if (!this.#latest) return;
    const { call, input, atMs, takenAtMs } = this.#latest;
    const nowMs = performance.now();
    if (input.type === 'transcript') return this.#add(call, 'words', nowMs, nowMs - call.mediaAtMs);
    const lateMs = atMs - (call.onsetAtMs + HOLD_AFTER_MS);
    if (input.type === 'tick' && lateMs >= 0 && lateMs < MAX_LATE_MS) {
      this.#add(call, 'voice', nowMs, lateMs + nowMs - takenAtMs);
    }
  }

  #add({ callSid }: SeenCall, by: SeenClear['by'], nowMs: number, clearAfterMs: number): void {
    const confirmedAtMs = performance.timeOrigin + nowMs - clearAfterMs;
    this.#clears.push({ callSid, by, confirmedAtMs, clearAfterMs });
  }
}
