import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, ErrorCode, isAppError } from '../domain/errors.js';
import { type CallParties, callForm, completedForm, type DialStatus, dialedForm } from './call-forms.js';
import type { Outcome, StreamReport } from './call-report.js';
import type { PlatformMessage } from './carrier-messages.js';
import { BROKEN_CODE, CarrierStream, type StreamEnd } from './carrier-stream.js';
import { parseTwiml, type Verb } from './twiml.js';
import { type PlatformAddress, postWebhook, reachableUrl, socketSignature } from './webhooks.js';

/** Whom the platform puts the caller through to. */
export interface Person {
  readonly status: DialStatus;
  /** So long it rings, whatever comes of it. */
  readonly ringsMs: number;
  /** Who picks up talks for so long, and hangs up. */
  readonly talksMs: number;
}

export interface CarrierCallOptions extends PlatformAddress, CallParties {
  readonly authToken: string;
  /** Whether the carrier asks what comes next also when a media stream broke. */
  readonly asksAfterBrokenStream: boolean;
  /** A carrier that doesn't ask keeps the call up for so long: somebody may redirect it. */
  readonly keepsBrokenCallMs: number;
  readonly person: Person;
  /** The call's clock, in ms. */
  readonly now: () => number;
  readonly onTwiml: (twiml: string) => void;
  readonly onStream: (stream: CarrierStream) => void;
  readonly onStreamEnded: (report: StreamReport) => void;
  readonly onMessage: (message: PlatformMessage) => void;
}

type Connect = Verb & { verb: 'connect' };
type Dial = Verb & { verb: 'dial' };

/** More answers than a call can need, which may wait for a line for 90 s, and ask each second: the platform goes round in circles. */
const MAX_DOCUMENTS = 120;
/** RFC 6455's codes of a close that nobody needs to look at: normal, going away, none given. */
const ORDERLY_CODES = [1000, 1001, 1005];

/** The carrier's part of a call: asks the platform what to do, does it, and asks again when a media stream is over. */
export class CarrierCall {
  readonly twiml: string[] = [];
  readonly says: string[] = [];
  readonly dials: string[] = [];
  readonly streams: StreamReport[] = [];
  readonly errors: string[] = [];
  readonly #options: CarrierCallOptions;
  readonly #over = new AbortController();
  /** `completed`: the platform did, by REST. */
  #hungUp: 'stop' | 'vanish' | 'completed' | null = null;
  #stream: CarrierStream | null = null;
  /** What the platform gave the call by REST, and isn't done yet. */
  #redirectedTo: string | null = null;
  /** Ends what the call is waiting for, when it's redirected. */
  #document = new AbortController();
  /** What the next question tells beside the rest. */
  #dialed: Readonly<Record<string, string>> = {};
  #endedBy: 'caller' | 'platform' | 'line' | null = null;
  #hasFailed = false;
  webhookMs: number | null = null;
  answeredAtMs: number | null = null;
  /** When somebody hung up, or the line broke; 0 before that. */
  endedAtMs = 0;

  constructor(options: CarrierCallOptions) {
    this.#options = options;
  }

  get endedBy(): 'caller' | 'platform' | 'line' | null {
    return this.#endedBy;
  }

  /** From the answer to the end. */
  get durationMs(): number {
    return this.answeredAtMs === null ? 0 : this.endedAtMs - this.answeredAtMs;
  }

  get outcome(): Outcome {
    if (this.#hasFailed || this.#endedBy === 'line') return 'failed';
    if (this.streams.length === 0) return this.#endedBy === 'platform' ? 'rejected' : 'failed';
    return this.answeredAtMs === null ? 'failed' : 'completed';
  }

  /** Resolves when the call is over; what the platform did wrong is in `errors`. */
  async run(): Promise<void> {
    try {
      this.#endedBy = await this.#follow();
    } catch (error) {
      if (!isAppError(error)) throw error;
      if (this.#hungUp) this.#endedBy = this.#leaver;
      else this.#fail(error.message);
    }
    this.endedAtMs ||= this.#options.now();
  }

  hangUp(how: 'stop' | 'vanish'): void {
    this.#end(how);
  }

  /** As the caller's hanging up, by REST: whatever the call does now. `false`: the call is over. */
  complete(): boolean {
    if (!this.#isUp) return false;
    this.#end('completed');
    return true;
  }

  #end(how: 'stop' | 'vanish' | 'completed'): void {
    if (this.#hungUp) return;
    this.#hungUp = how;
    this.endedAtMs = this.#options.now();
    if (this.#stream) leave(this.#stream, how);
    this.#over.abort();
  }

  /** Other TwiML, by REST: what the call does now ends, a media stream with a `stop`. `false`: the call is over. */
  redirect(twiml: string): boolean {
    if (!this.#isUp) return false;
    this.#redirectedTo = twiml;
    this.#document.abort();
    this.#stream?.stop();
    return true;
  }

  /**
   * The status callback of a call that is over: of one that the platform took, unless it vanished without a word. Its
   * failure is one of the call's errors.
   */
  async reportStatus(): Promise<void> {
    if (this.twiml.length === 0 || this.#hungUp === 'vanish') return;
    const form = completedForm(this.#options, this.durationMs, new Date());
    const { signal } = new AbortController();
    const posted = postWebhook(`${this.#options.publicUrl}/webhooks/call-status`, form, {
      ...this.#options,
      signal,
    });
    await posted.catch((error: unknown) => {
      if (!isAppError(error)) throw error;
      this.errors.push(error.message);
    });
  }

  get #isUp(): boolean {
    return this.twiml.length > 0 && this.endedAtMs === 0;
  }

  get #leaver(): 'caller' | 'platform' {
    return this.#hungUp === 'completed' ? 'platform' : 'caller';
  }

  #fail(message: string): void {
    this.#hasFailed = true;
    this.errors.push(message);
    if (this.answeredAtMs !== null) this.#endedBy = 'line';
  }

  async #follow(): Promise<'caller' | 'platform' | 'line'> {
    let url = `${this.#options.publicUrl}/webhooks/incoming-call`;
    for (let documents = 0; documents < MAX_DOCUMENTS; documents++) {
      const next = await this.#execute(parseTwiml(await this.#nextDocument(url), url));
      if (this.#redirectedTo !== null) continue;
      if (typeof next === 'string') return next;
      url = next.url;
    }
    throw new AppError(
      ErrorCode.LIMIT_EXCEEDED,
      `The platform answered ${MAX_DOCUMENTS} times, and the call didn't end.`,
    );
  }

  /** What was given by REST, or else what the platform answers. */
  async #nextDocument(url: string): Promise<string> {
    const { now, onTwiml } = this.#options;
    const given = this.#redirectedTo;
    this.#redirectedTo = null;
    this.#document = new AbortController();
    const twiml = given ?? (await this.#ask(url));
    this.webhookMs ??= now();
    this.twiml.push(twiml);
    onTwiml(twiml);
    return twiml;
  }

  async #ask(url: string): Promise<string> {
    const form = {
      ...callForm(this.#options, this.twiml.length === 0 ? 'ringing' : 'in-progress'),
      ...this.#dialed,
    };
    this.#dialed = {};
    const signal = AbortSignal.any([this.#over.signal, this.#document.signal]);
    try {
      return await postWebhook(url, form, { ...this.#options, signal });
    } catch (error) {
      if (this.#redirectedTo === null) throw error;
      return this.#redirectedTo;
    }
  }

  /** Who ended the call, or what to ask next. After a redirect nobody looks at it. */
  async #execute(verbs: readonly Verb[]): Promise<'caller' | 'platform' | 'line' | { url: string }> {
    for (const verb of verbs) {
      if (this.#hungUp) return this.#leaver;
      if (this.#redirectedTo !== null) return 'platform';
      if (verb.verb === 'hang_up') return 'platform';
      else if (verb.verb === 'redirect') return { url: verb.url };
      else if (verb.verb === 'say') this.says.push(verb.text);
      else if (verb.verb === 'pause') await this.#wait(verb.seconds * 1_000);
      else if (verb.verb === 'dial') {
        await this.#dial(verb);
        if (this.#hungUp) return this.#leaver;
        if (verb.actionUrl !== null) return { url: verb.actionUrl };
      } else {
        const end = await this.#connect(verb);
        if (this.#hungUp) return this.#leaver;
        if (end === 'broken' && !this.#options.asksAfterBrokenStream) {
          await this.#wait(this.#options.keepsBrokenCallMs);
          return this.#hungUp ? this.#leaver : 'line';
        }
        if (verb.actionUrl !== null) return { url: verb.actionUrl };
      }
    }
    return 'platform';
  }

  /** The caller hears it ring, and then the person; the simulator hears neither. */
  async #dial({ number }: Dial): Promise<void> {
    const { status, ringsMs, talksMs } = this.#options.person;
    this.dials.push(number);
    await this.#wait(ringsMs);
    if (status === 'completed') await this.#wait(talksMs);
    this.#dialed = dialedForm(status, `CA${randomBytes(16).toString('hex')}`, talksMs);
  }

  /** Until the time is up, or the call is redirected or over. */
  async #wait(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#over.signal, this.#document.signal]);
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  async #connect({ streamUrl, parameters }: Connect): Promise<'over' | 'closed' | 'broken'> {
    const { now, onStream, onStreamEnded, authToken } = this.#options;
    const openedAtMs = now();
    let stream: CarrierStream;
    try {
      const url = reachableUrl(streamUrl, this.#options);
      const signature = socketSignature(authToken, streamUrl);
      stream = await CarrierStream.dial({ ...this.#options, url, signature, parameters });
    } catch (error) {
      if (!isAppError(error)) throw error;
      this.errors.push(error.message);
      this.streams.push(notTaken(openedAtMs, now(), error.message));
      return 'broken';
    }
    this.#stream = stream;
    this.answeredAtMs ??= now();
    onStream(stream);
    if (this.#hungUp) leave(stream, this.#hungUp);
    else if (this.#redirectedTo !== null) stream.stop();
    const { code, reason } = await Promise.race([stream.ended, redirection(this.#document.signal)]);
    this.#stream = null;
    const report = { ...stream.report, openedAtMs, closedAtMs: now(), closeCode: code, closeReason: reason };
    this.streams.push(report);
    onStreamEnded(report);
    if (this.#hungUp) return 'over';
    if (code === BROKEN_CODE) return 'broken';
    if (!ORDERLY_CODES.includes(code))
      this.errors.push(`The platform closed the media socket with ${code}: ${reason}`);
    return 'closed';
  }
}

/** The carrier doesn't wait for the other end, which may be gone. */
const redirection = async (signal: AbortSignal): Promise<StreamEnd> => {
  if (!signal.aborted) await once(signal, 'abort');
  return { code: 1000, reason: 'redirected' };
};

const leave = (stream: CarrierStream, how: 'stop' | 'vanish' | 'completed'): void =>
  how === 'vanish' ? stream.vanish() : stream.stop();

const notTaken = (openedAtMs: number, closedAtMs: number, closeReason: string): StreamReport => ({
  streamSid: null,
  openedAtMs,
  closedAtMs,
  closeCode: null,
  closeReason,
  framesSent: 0,
  mediaReceived: 0,
  marksReceived: 0,
  marksEchoed: 0,
  clears: 0,
  maxBacklogBytes: 0,
  warnings: [],
});
