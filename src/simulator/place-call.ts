import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';
import type { DialStatus } from './call-forms.js';
import type { CallReport, StreamReport } from './call-report.js';
import { type CallerStep, prepareSteps } from './caller-steps.js';
import { CarrierCall } from './carrier-call.js';
import { checkExpectations, type Measured } from './expectations.js';
import { Line, type LineEvent } from './line.js';
import { measureTurns, spreadOf } from './measures.js';
import { Recording } from './recording.js';
import type { Scenario } from './scenario.js';

export type CallEvent =
  | LineEvent
  | { readonly type: 'placed' | 'ended' }
  | { readonly type: 'twiml'; readonly twiml: string }
  | { readonly type: 'stream_opened'; readonly streamSid: string }
  | { readonly type: 'stream_ended'; readonly stream: StreamReport };

export interface PlaceCallOptions {
  /** Where the platform is reached: `http://localhost:8000`. */
  readonly platformUrl: string;
  /** What the platform calls itself, where that is another address: it's what Twilio signs. */
  readonly publicUrl?: string;
  readonly authToken: string;
  readonly accountSid?: string;
  readonly callSid?: string;
  /** E.164, as is `to`. */
  readonly from: string;
  readonly to: string;
  readonly scenario: Scenario;
  /** What comes of dialing a person; what the scenario says where it's absent, or else one who answers. */
  readonly person?: DialStatus;
  /** Whether the carrier asks the action URL also after a media stream that broke; nobody documents that Twilio does. */
  readonly asksAfterBrokenStream?: boolean;
  /** A carrier that doesn't ask keeps a call whose media stream broke up for so long; 0 where it's absent. */
  readonly keepsBrokenCallMs?: number;
  /** By which the carrier's REST API reaches the call. */
  readonly onPlaced?: (call: PlacedCall) => void;
  /** Where both sides are recorded, as a stereo WAV file: the caller left, the agent right. */
  readonly recordTo?: string;
  /** `atMs`: on the call's clock. */
  readonly onEvent?: (event: CallEvent, atMs: number) => void;
  /** Hangs up. */
  readonly signal?: AbortSignal;
}

/** A call under way, as the carrier's REST API has it. */
export interface PlacedCall {
  readonly accountSid: string;
  readonly callSid: string;
  /** Gives the call other TwiML. `false`: the call is over. */
  redirect(twiml: string): boolean;
  /** Ends it, whatever it does. `false`: the call is over. */
  complete(): boolean;
}

/** Short: a caller who is put through has nothing to do meanwhile. */
const RINGS_MS = 500;
const TALKS_MS = 1_000;

/** A simulated call's account where none is given. */
export const DEFAULT_ACCOUNT_SID = `AC${'0'.repeat(32)}`;

/**
 * Places a call as Twilio does: by the platform's webhooks and its media socket, and by nothing else. Resolves when it's
 * over, also when it failed: the report says why. Rejects with `BAD_USER_INPUT` for a scenario's file that can't be read
 * and a recording that can't be written.
 */
export const placeCall = async (options: PlaceCallOptions): Promise<CallReport> =>
  new SimulatedCall(options, await prepareSteps(options.scenario)).run();

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/** A caller's line and the carrier behind it. */
class SimulatedCall {
  readonly #options: PlaceCallOptions;
  readonly #callSid: string;
  readonly #placedAt = new Date();
  readonly #originMs = performance.now();
  readonly #recording: Recording | null;
  readonly #line: Line;
  readonly #carrier: CarrierCall;

  constructor(options: PlaceCallOptions, steps: readonly CallerStep[]) {
    const { authToken, from, to, accountSid = DEFAULT_ACCOUNT_SID, asksAfterBrokenStream = true } = options;
    const platformUrl = withoutSlash(options.platformUrl);
    const now = () => performance.now() - this.#originMs;
    this.#options = options;
    this.#callSid = options.callSid ?? `CA${randomBytes(16).toString('hex')}`;
    this.#recording = options.recordTo === undefined ? null : new Recording();
    this.#line = new Line({
      steps,
      recording: this.#recording,
      now,
      onEvent: (event, atMs) => this.#emit(event, atMs),
      onHangUp: (how) => this.#carrier.hangUp(how),
      onFailure: (error) => this.#callOff(`The simulator failed: ${messageOf(error)}.`),
    });
    this.#carrier = new CarrierCall({
      platformUrl,
      publicUrl: withoutSlash(options.publicUrl ?? platformUrl),
      authToken,
      accountSid,
      callSid: this.#callSid,
      from,
      to,
      asksAfterBrokenStream,
      keepsBrokenCallMs: options.keepsBrokenCallMs ?? 0,
      person: {
        status: options.person ?? options.scenario.person ?? 'completed',
        ringsMs: RINGS_MS,
        talksMs: options.scenario.personTalksMs ?? TALKS_MS,
      },
      now,
      onTwiml: (twiml) => this.#emit({ type: 'twiml', twiml }, now()),
      onStream: (stream) => {
        this.#emit({ type: 'stream_opened', streamSid: stream.names.streamSid }, now());
        this.#line.attach(stream);
      },
      onStreamEnded: (stream) => {
        this.#line.detach();
        this.#emit({ type: 'stream_ended', stream }, now());
      },
      onMessage: (message) => this.#line.receive(message),
    });
  }

  async run(): Promise<CallReport> {
    const { signal, recordTo, scenario, onPlaced, accountSid = DEFAULT_ACCOUNT_SID } = this.#options;
    const onAbort = () => this.#callOff('The call was called off.');
    signal?.addEventListener('abort', onAbort);
    this.#emit({ type: 'placed' }, 0);
    onPlaced?.({
      accountSid,
      callSid: this.#callSid,
      redirect: (twiml) => this.#carrier.redirect(twiml),
      complete: () => this.#carrier.complete(),
    });
    try {
      if (signal?.aborted) onAbort();
      await this.#carrier.run();
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#line.close();
    }
    this.#emit({ type: 'ended' }, this.#carrier.endedAtMs);
    await this.#carrier.reportStatus();
    if (this.#recording && recordTo !== undefined) await writeRecording(recordTo, this.#recording);
    const measured = this.#measured();
    const expectations = checkExpectations(measured, scenario.expect);
    return { ...measured, expectations, ok: expectations.every(({ ok }) => ok) };
  }

  #emit(event: CallEvent, atMs: number): void {
    this.#options.onEvent?.(event, atMs);
  }

  #callOff(why: string): void {
    this.#carrier.errors.push(why);
    this.#carrier.hangUp('stop');
  }

  #measured(): Measured {
    const { from, to, scenario } = this.#options;
    const { outcome, endedBy, endedAtMs, durationMs, webhookMs, answeredAtMs, twiml, says, dials } =
      this.#carrier;
    const { streams, errors } = this.#carrier;
    return {
      callSid: this.#callSid,
      from,
      to,
      scenario: scenario.name,
      placedAt: this.#placedAt.toISOString(),
      outcome,
      endedBy,
      endedAtMs,
      webhookMs,
      answeredAtMs,
      durationMs,
      twiml,
      says,
      dials,
      streams,
      errors,
      ...measuresOf(this.#line, answeredAtMs),
    };
  }
}

const measuresOf = (
  { caller, agent, lateness, minLeadMs, unplayedMs }: Line,
  answeredAtMs: number | null,
) => {
  const { utterances, underruns } = agent;
  const turns = measureTurns(caller.acts, utterances);
  const [greeting] = utterances;
  const [firstTurn] = turns;
  const isGreeted = greeting && (!firstTurn || greeting.voicedFromMs < firstTurn.fromMs);
  return {
    steps: caller.steps,
    stepsDone: caller.stepsDone,
    greetingMs: isGreeted && answeredAtMs !== null ? greeting.voicedFromMs - answeredAtMs : null,
    turns,
    agent: utterances,
    responses: spreadOf(turns.map(({ kind, responseMs }) => (kind === 'speech' ? responseMs : null))),
    interruptions: spreadOf(turns.map(({ interruptionMs }) => interruptionMs)),
    unanswered: caller.unanswered,
    underruns,
    minLeadMs,
    unplayedMs,
    generator: {
      frames: lateness.count,
      lateP99Ms: lateness.percentileMs(99),
      lateMaxMs: lateness.maxMs,
    },
  };
};

const writeRecording = async (path: string, recording: Recording): Promise<void> => {
  try {
    await writeFile(path, recording.toWav());
  } catch (cause) {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `The recording can't be written to ${path}: ${messageOf(cause)}.`,
      {},
      { cause },
    );
  }
};
