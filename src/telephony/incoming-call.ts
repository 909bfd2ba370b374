import type { CallState } from '../domain/call/state.js';
import type { RejectReason } from '../domain/call/vocabulary.js';
import { ErrorCode, isAppError, reasonOf } from '../domain/errors.js';
import { DEFAULT_LANGUAGE } from '../domain/language.js';
import type { Logger } from '../domain/logger.js';
import { SYSTEM_TENANT } from '../domain/stream.js';
import type { KeyRing } from '../ledger/keys/key-ring.js';
import type { Pseudonyms } from '../ledger/keys/pseudonyms.js';
import type { CallJournal } from '../voice/call-journal.js';
import type { LiveCalls } from '../voice/live-calls.js';
import type { CallIndex } from './call-index.js';
import type { incomingCallForm, parseForm } from './forms.js';
import type { FreeLines, LineRequest } from './free-lines.js';
import { nextAttempt } from './lost-stream.js';
import type { NumberDirectory, Route } from './number-directory.js';
import { sentencesOf } from './sentences.js';
import { storedWithin } from './stored-within.js';
import type { StreamAddresses } from './stream-addresses.js';
import { connectTwiml, hangupTwiml, sayTwiml, waitTwiml } from './twiml.js';
import { untilReachable } from './until-reachable.js';

type Form = ReturnType<typeof parseForm<typeof incomingCallForm>>;

export interface IncomingCallOptions {
  readonly calls: LiveCalls;
  readonly directory: NumberDirectory;
  readonly index: CallIndex;
  readonly keys: KeyRing;
  readonly pseudonyms: Pseudonyms;
  readonly addresses: StreamAddresses;
  readonly lines: FreeLines;
  readonly logger: Logger;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
  /** What a caller hears at a number that no tenant has; ours where it's absent. */
  readonly unknownNumberSentence: string | undefined;
  /** So long a caller waits for a line; 0: not at all. */
  readonly busyWaitMs: number;
}

/** Twilio gives up after 15 s, and the caller long before: what isn't stored by then is stored later. */
const STORE_WITHIN_MS = 2_000;
/** Of a number that isn't remembered: the caller hears it ring meanwhile. */
const FIND_WITHIN_MS = 5_000;
/** A caller who waits is looked after so often. Twilio pauses for whole seconds, one at least. */
const ASK_AGAIN_SECONDS = 3;
/** And who is next so often: for so long a line may be free while somebody waits. */
const NEXT_ASK_AGAIN_SECONDS = 1;
/** So long the carrier takes for what a caller hears first, in the slowest language. */
const PLEASE_HOLD_MS = 7_000;
/** The carrier may be so late with a caller who still waits. */
const LATE_MS = 3_000;

/** Answers an incoming call with TwiML: an agent's media stream, or a sentence that says why there is none. */
export class IncomingCalls {
  readonly #options: IncomingCallOptions;

  constructor(options: IncomingCallOptions) {
    this.#options = options;
  }

  /**
   * The caller always hears something: what can't be done now is a busy line. `waitingSinceMs`: by the wall clock, where
   * the caller has been waiting for a line; else `null`.
   */
  async answer(form: Form, waitingSinceMs: number | null): Promise<string> {
    try {
      return await this.#answer(form, waitingSinceMs);
    } catch (error) {
      // Or this process is too old for what the ledger has of the number.
      const isBusy = isAppError(error, ErrorCode.UNAVAILABLE) || isAppError(error, ErrorCode.NEEDS_UPGRADE);
      if (!isBusy) throw error;
      this.#options.logger.error(
        { callSid: form.CallSid, error: reasonOf(error) },
        'A call heard that we are busy.',
      );
      return this.#reject('busy', DEFAULT_LANGUAGE);
    }
  }

  async #answer(form: Form, waitingSinceMs: number | null): Promise<string> {
    const { calls, directory, pseudonyms, lines, busyWaitMs } = this.#options;
    const callId = pseudonyms.callId(form.AccountSid, form.CallSid);
    const route = await untilReachable(FIND_WITHIN_MS, () =>
      waitingSinceMs === null ? directory.route(form.To) : directory.recentRoute(form.To),
    );
    if (calls.isFull) return this.#reject('busy', route.language);
    const journal = await this.#journalOf(callId, form, route);
    const isNew = journal.state.phase === 'none';
    const isWaiting = await this.#isWaiting(callId, journal.state, waitingSinceMs);
    if (isNew || isWaiting) {
      const request = this.#lineRequest(callId, journal, route, waitingSinceMs);
      const refusal = request && (await lines.refusal(request));
      if (request && refusal && request.waitedMs < busyWaitMs) {
        const seconds = refusal.isNext ? NEXT_ASK_AGAIN_SECONDS : ASK_AGAIN_SECONDS;
        await lines.wait(request, refusal.waitsFor, goneAfterMs(waitingSinceMs, seconds));
        if (isNew) await this.#record(journal, callId, form, route);
        return this.#wait(route, waitingSinceMs, seconds);
      }
      if (isWaiting) await lines.leave(callId);
      const answer = refusedBy(route, refusal?.waitsFor ?? null);
      if (isNew || answer.rejectedFor) await this.#record(journal, callId, form, answer);
    }
    const { state, tenantId } = journal;
    if (state.phase === 'rejected') return this.#reject(state.rejectedFor ?? 'busy', route.language);
    return this.#twimlOf(state, { tenantId, callId });
  }

  /** The journal of the call's tenant: of the number's, unless the call is known as another's. */
  async #journalOf(callId: string, { From }: Form, { tenantId }: Route): Promise<CallJournal> {
    const { calls, index, keys, pseudonyms } = this.#options;
    const known = await index.tenantOf(callId).catch((error: unknown) => {
      if (isAppError(error, ErrorCode.UNAVAILABLE)) return null;
      throw error;
    });
    const owner = known ?? tenantId ?? SYSTEM_TENANT;
    const contactId = pseudonyms.contactId(owner, From);
    return calls.begin({
      tenantId: owner,
      callId,
      prepare: async () => {
        await index.remember(callId, owner);
        return keys.createCallKey(owner, contactId, callId);
      },
    });
  }

  /** Also where the carrier asks once more because the first answer didn't reach it. */
  async #isWaiting(callId: string, state: CallState, waitingSinceMs: number | null): Promise<boolean> {
    if (state.phase !== 'received' || state.attempt > 0) return false;
    return waitingSinceMs !== null || this.#options.lines.isWaiting(callId);
  }

  /** `null`: it wouldn't be taken anyway. */
  #lineRequest(
    callId: string,
    { tenantId }: CallJournal,
    route: Route,
    waitingSinceMs: number | null,
  ): LineRequest | null {
    if (route.rejectedFor !== null) return null;
    const nowMs = this.#options.now();
    const waitedMs = Math.max(0, nowMs - (waitingSinceMs ?? nowMs));
    return { tenantId, callId, waitedMs, maxConcurrentCalls: route.maxConcurrentCalls };
  }

  /** The first time with a word about it. */
  #wait({ language }: Route, sinceMs: number | null, seconds: number): string {
    const { addresses, now } = this.#options;
    const { pleaseHold, say } = sentencesOf(language);
    const sentence = sinceMs === null ? { sentence: pleaseHold, language: say } : undefined;
    return waitTwiml(seconds, addresses.waitingUrl(sinceMs ?? now()), sentence);
  }

  async #record(journal: CallJournal, callId: string, form: Form, route: Route): Promise<void> {
    const { now, pseudonyms } = this.#options;
    const call = {
      callId,
      callSid: form.CallSid,
      accountSid: form.AccountSid,
      from: form.From,
      to: form.To,
      contactId: pseudonyms.contactId(journal.tenantId, form.From),
    };
    const stored =
      route.rejectedFor === null
        ? journal.record({
            type: 'ReceiveCall',
            ...call,
            numberId: route.numberId,
            agentId: route.agentId,
            agentVersion: route.agentVersion,
            receivedAt: new Date(now()).toISOString(),
          })
        : journal.record({ type: 'RejectCall', ...call, reason: route.rejectedFor });
    await storedWithin(STORE_WITHIN_MS, stored);
  }

  #reject(reason: RejectReason, language: string): string {
    const { say, ...sentences } = sentencesOf(language);
    const own = reason === 'unknown_number' ? this.#options.unknownNumberSentence : undefined;
    return sayTwiml(own ?? sentences[reason], say);
  }

  #twimlOf(state: CallState, call: { tenantId: string; callId: string }): string {
    if (state.phase === 'ended') return hangupTwiml();
    return connectTwiml(this.#options.addresses.of({ ...call, attempt: nextAttempt(state) }));
  }
}

const goneAfterMs = (waitingSinceMs: number | null, askAgainSeconds: number): number =>
  (waitingSinceMs === null ? PLEASE_HOLD_MS : 0) + askAgainSeconds * 1_000 + LATE_MS;

const refusedBy = (route: Route, reason: RejectReason | null): Route =>
  reason === null ? route : { tenantId: route.tenantId, language: route.language, rejectedFor: reason };
