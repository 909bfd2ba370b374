import { type CallCommand, callDecider } from '../../src/domain/call/decider.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import type { CallState } from '../../src/domain/call/state.js';
import { mayFailToPerson, pendingTransfer } from '../../src/domain/call/transfers.js';
import { resumedFrom } from '../../src/voice/resumed.js';
import type { Resumed } from '../../src/voice/turn-taking/input.js';
import { Audit } from '../support/voice/audit.js';
import { CallersLine } from '../support/voice/callers-line.js';
import { Conversation, TRANSFER_TO } from '../support/voice/conversation.js';
import { outageAt } from '../support/voice/outage.js';
import type { ModelPart } from '../support/voice/virtual-model.js';
import type { SpeechScript } from '../support/voice/virtual-mouth.js';
import type { Act, CallPlan } from './call-plan.js';
import type { Reset } from './faults.js';
import { Random } from './random.js';

/** One media stream of a call, as its worker saw it. */
export interface SimulatedAttempt {
  readonly conversation: Conversation;
  readonly resumed: Resumed | null;
  readonly startedAtMs: number;
  /** When its worker was gone, or fenced; `null`: the call ended in it. */
  readonly lostAtMs: number | null;
  /** When the agent left the call to a person; `null`: it didn't. */
  readonly handedOverAtMs: number | null;
  /** Of the conversation's events, those that were recorded; more came too late. */
  readonly recorded: number;
}

export interface StoredAt {
  readonly event: CallEvent;
  readonly atMs: number;
}

/** Throws where it doesn't hold. */
export type Invariant = (call: SimulatedCall) => void;

const BUFFER_MS = 2_000;
/** Ends what doesn't end: a call may take its maximum, a goodbye, and last words. */
const PATIENCE_MS = 90_000;
const ARRIVES_WITHIN_MS = 1_000;
const REFUSES_AFTER_MS = 30;
const DIALS_AFTER_MS = 50;
const RINGS_FOR_MS = 1_000;

type Break =
  | { readonly type: 'reset'; readonly atMs: number; readonly reset: Reset }
  | { readonly type: 'status'; readonly atMs: number; readonly sequence: number }
  | { readonly type: 'operator'; readonly atMs: number }
  | { readonly type: 'operator_asks'; readonly atMs: number; readonly what: 'transfer' | 'end' };

/** Another attempt follows. */
interface Left {
  readonly atMs: number;
  readonly nextMs: number;
  readonly isHandover?: true;
}

/**
 * A call from its first ring to its end under a virtual clock: the reducer, the playout and the call's decider are the
 * real ones; caller, line, carrier, speech-to-text, model and voice are the plan's.
 */
export class SimulatedCall {
  readonly plan: CallPlan;
  readonly attempts: SimulatedAttempt[] = [];
  /** The call's stream, in its order. */
  readonly stored: StoredAt[] = [];
  state: CallState = callDecider.initial;
  readonly #jitter: Random;
  #asked = 0;
  #lookedUp = 0;
  #said = 0;

  constructor(plan: CallPlan) {
    this.plan = plan;
    this.#jitter = new Random(plan.seed + plan.number);
  }

  run(): this {
    this.#decide({ type: 'ReceiveCall', ...RECEIVED }, 0);
    const breaks = breaksOf(this.plan);
    let startMs = 0;
    for (let attempt = 1; startMs >= 0; attempt++) startMs = this.#runAttempt(attempt, startMs, breaks);
    return this;
  }

  /** Returns when the next one starts; −1: the call is over. */
  #runAttempt(attempt: number, startMs: number, breaks: Break[]): number {
    const resumed = resumedFrom(this.state);
    this.#decide(
      { type: 'StartMedia', attempt, worker: `w${attempt}`, streamSid: `MZ${attempt}`, atMs: startMs },
      startMs,
    );
    const conversation = this.#conversation(attempt, startMs);
    conversation.clock.runUntil(startMs);
    for (const act of this.plan.acts) if (act.atMs >= startMs) does(conversation, act);
    if (this.plan.settings.turnDetection === 'fixed_buffer') {
      conversation.fillsBuffers(BUFFER_MS, this.plan.lengthMs);
    }
    const { hangUp, lengthMs } = this.plan;
    if (hangUp) conversation.hangsUp(Math.max(lengthMs, startMs), hangUp);
    conversation.start(resumed);
    const journal = new AttemptJournal(this, conversation, attempt);
    const lost = this.#untilLost(journal, startMs, breaks);
    this.attempts.push({
      conversation,
      resumed,
      startedAtMs: startMs,
      lostAtMs: journal.killedAtMs ?? (lost && !lost.isHandover ? lost.atMs : null),
      handedOverAtMs: journal.handedOverAtMs,
      recorded: journal.recorded,
    });
    return lost?.nextMs ?? -1;
  }

  /** `null`: the call ended before. */
  #untilLost(journal: AttemptJournal, startMs: number, breaks: Break[]): Left | null {
    for (;;) {
      const [next] = breaks;
      const untilMs = next?.atMs ?? (this.plan.settings.maxDurationMs ?? 0) + startMs + PATIENCE_MS;
      const goesOn = journal.runUntil(Math.max(untilMs, startMs));
      if (journal.handedOverAtMs !== null) return this.#dial(journal, journal.handedOverAtMs);
      if (!goesOn || !next) return null;
      breaks.shift();
      const lost = this.#happens(journal, next, Math.max(next.atMs, startMs));
      if (lost) return lost;
      if (this.state.phase === 'ended') return null;
    }
  }

  #happens(journal: AttemptJournal, what: Break, atMs: number): Left | null {
    if (what.type === 'reset') return this.#reset(journal, what.reset, atMs);
    journal.hears(this.#decide(commandOf(what, atMs), atMs));
    return null;
  }

  /** The carrier asks what comes next, and is told to dial. Who isn't answered is the agent's again. */
  #dial(journal: AttemptJournal, atMs: number): Left | null {
    const transfer = pendingTransfer(this.state)?.transfer ?? 0;
    const nextMs = atMs + DIALS_AFTER_MS + RINGS_FOR_MS;
    journal.hears(this.#decide({ type: 'DialTransfer', transfer, atMs: atMs + DIALS_AFTER_MS }, nextMs));
    const { transferOutcomes } = this.plan;
    const outcome = transferOutcomes[transfer % transferOutcomes.length] ?? 'answered';
    this.#decide({ type: 'EndTransfer', transfer, outcome, durationSeconds: null, atMs: nextMs }, nextMs);
    return this.state.phase === 'ended' ? null : { atMs, nextMs, isHandover: true };
  }

  /** The socket breaks; after a while the carrier asks for another. Meanwhile a living worker may still record. */
  #reset(journal: AttemptJournal, { gapMs, how }: Reset, atMs: number): Left | null {
    const isToBeDialed = pendingTransfer(this.state) !== null;
    const nextMs = atMs + gapMs;
    if (how === 'killed') journal.killedAtMs = atMs;
    if (how === 'closed') {
      journal.conversation.hangsUp(atMs, 'closed');
      if (!journal.runUntil(nextMs)) return null;
    }
    if (isToBeDialed) {
      const left = this.#dial(journal, nextMs);
      return left && { atMs, nextMs: left.nextMs };
    }
    const events = this.#decide({ type: 'LoseMedia', attempt: journal.attempt, atMs }, nextMs);
    journal.hears(events);
    return { atMs, nextMs };
  }

  #conversation(attempt: number, startMs: number): Conversation {
    const { settings, finalAfterMs, toolMs, latencyMs, jitterMs, marksLost } = this.plan;
    const { documents, listeners, outages, mediaGaps } = this.plan;
    const conversation = new Conversation({
      settings: {
        ...settings,
        attempt,
        answeredAtMs: this.state.answeredAtMs,
        retrieves: documents.length > 0,
        failureTransferTo: mayFailToPerson(this.state) ? settings.failureTransferTo : null,
      },
      documents: () => documents[this.#lookedUp++ % documents.length] ?? { afterMs: 0, hangs: true },
      onStep: (input, result, atMs) => audit.observe(input, result, atMs),
      model: (_, rank) => this.#answer(rank, conversation.clock.nowMs),
      speech: (_, rank) => this.#speech(rank, conversation.clock.nowMs),
      ear: { listeners, outages: outages.speech_to_text },
      finalAfterMs,
      line: new CallersLine(mediaGaps, startMs),
      toolMs,
      latencyMs: () => latencyMs + (jitterMs === 0 ? 0 : this.#jitter.int(0, jitterMs)),
    });
    // What must hold at every step: it throws where it doesn't.
    const audit = new Audit(conversation.state);
    for (const atMs of marksLost ? [marksLost.fromMs, marksLost.toMs] : []) {
      conversation.clock.at(atMs, () => {
        conversation.carrier.marksLost = atMs === marksLost?.fromMs;
      });
    }
    return conversation;
  }

  #answer(rank: number, atMs: number): readonly ModelPart[] {
    const { answers, outages } = this.plan;
    const outage = outageAt(outages.language_model, rank, atMs);
    if (!outage) return answerOf(answers, this.#asked++);
    if (outage.how === 'hangs') return [{ afterMs: 0, hangs: true }];
    const circuitOpen = outage.how === 'circuit_open';
    return [{ afterMs: circuitOpen ? 0 : REFUSES_AFTER_MS, fails: 'status 503', circuitOpen }];
  }

  #speech(rank: number, atMs: number): Partial<SpeechScript> {
    const { speech, outages } = this.plan;
    const outage = outageAt(outages.text_to_speech, rank, atMs);
    if (!outage) return speech[this.#said++ % speech.length] ?? {};
    if (outage.how === 'hangs') return { ends: 'hangs' };
    const circuitOpen = outage.how === 'circuit_open';
    return { ends: 'fails', firstByteMs: circuitOpen ? 0 : REFUSES_AFTER_MS, circuitOpen };
  }

  /** Decides, and stores what comes of it. Throws where the decider refuses. */
  #decide(command: CallCommand, atMs: number): readonly CallEvent[] {
    const events = callDecider.decide(command, this.state);
    this.store(events, atMs);
    return events;
  }

  store(events: readonly CallEvent[], atMs: number): void {
    for (const event of events) {
      this.state = callDecider.evolve(this.state, event);
      this.stored.push({ event, atMs });
    }
  }
}

/** Records what a conversation emits, as the worker's journal does. */
class AttemptJournal {
  recorded = 0;
  /** When the conversation left the call to a person; `null`: it hasn't. */
  handedOverAtMs: number | null = null;
  /** When its process was killed, which hears of nothing any more. */
  killedAtMs: number | null = null;

  constructor(
    readonly call: SimulatedCall,
    readonly conversation: Conversation,
    readonly attempt: number,
  ) {}

  /** Returns whether the call goes on. */
  runUntil(atMs: number): boolean {
    this.conversation.runUntil(atMs);
    this.#record();
    return this.call.state.phase !== 'ended';
  }

  /** Others' events. */
  hears(events: readonly CallEvent[]): void {
    const { conversation } = this;
    if (this.killedAtMs !== null) return;
    for (const event of events) conversation.input({ type: 'foreign', event });
    if (this.call.state.phase !== 'ended') this.#record();
    // What is on its way to the carrier arrives; a worker that is fenced records nothing more.
    else conversation.runUntil(conversation.clock.nowMs + ARRIVES_WITHIN_MS);
  }

  #record(): void {
    const { events } = this.conversation;
    for (; this.recorded < events.length; this.recorded++) {
      const { recordedAtMs, replyId: _, ...event } = events[this.recorded] as (typeof events)[number];
      const { attempt, call } = this;
      const decided = callDecider.decide(
        { type: 'Record', attempt, events: [event as CallEvent] },
        call.state,
      );
      call.store(decided, recordedAtMs);
    }
    const closed = this.conversation.effects.findLast(({ type }) => type === 'close');
    if (closed && pendingTransfer(this.call.state)?.dialedAtMs === null) this.handedOverAtMs = closed.atMs;
  }
}

const RECEIVED = {
  callId: 'call_1',
  callSid: 'CA1',
  accountSid: 'AC1',
  from: '+14155550123',
  to: '+14155550100',
  contactId: 'c1',
  numberId: 'n1',
  agentId: 'a1',
  agentVersion: 1,
  receivedAt: '2026-01-01T00:00:00.000Z',
} as const;

const IN_PROGRESS = { status: 'in-progress', source: null, durationSeconds: null } as const;

const commandOf = (what: Exclude<Break, { type: 'reset' }>, atMs: number): CallCommand => {
  switch (what.type) {
    case 'status':
      return { type: 'ReportStatus', ...IN_PROGRESS, sequence: what.sequence };
    case 'operator':
      return { type: 'EndCall', reason: 'operator', by: 'operator', atMs };
    case 'operator_asks':
      return what.what === 'end'
        ? { type: 'RequestEnd', reachesCarrier: false, atMs }
        : { type: 'RequestTransfer', to: TRANSFER_TO, atMs };
  }
};

const breaksOf = (plan: CallPlan): Break[] => {
  const { resets, statusesAtMs, operatorEndsAtMs, operatorAsks, lengthMs, hangUp } = plan;
  const breaks: Break[] = [
    ...resets.map((reset) => ({ type: 'reset', atMs: reset.atMs, reset }) as const),
    ...statusesAtMs.map((atMs, sequence) => ({ type: 'status', atMs, sequence }) as const),
    ...(operatorAsks === null ? [] : [{ type: 'operator_asks', ...operatorAsks } as const]),
    ...(operatorEndsAtMs === null ? [] : [{ type: 'operator', atMs: operatorEndsAtMs } as const]),
  ];
  // Nobody comes back to a caller who has hung up.
  return breaks.filter(({ atMs }) => hangUp === null || atMs < lengthMs).sort((a, b) => a.atMs - b.atMs);
};

/** Every other time without a tool: a model that goes on calling them is never through. */
const answerOf = (answers: CallPlan['answers'], asked: number): readonly ModelPart[] => {
  const parts = answers[asked % answers.length] ?? [];
  return asked % 2 === 0
    ? parts
    : [...parts.filter((part) => !('tool' in part)), { afterMs: 50, text: 'Well.' }];
};

const does = (conversation: Conversation, act: Act): void => {
  switch (act.type) {
    case 'says':
      conversation.says(act.atMs, act.text, { msAWord: act.msAWord });
      return;
    case 'mumbles':
      conversation.mumbles(act.atMs, act.text);
      return;
    case 'noise':
      conversation.makesNoise(act.atMs, act.ms);
      return;
    case 'echo':
      conversation.echoes(act.atMs);
      return;
    case 'key':
      conversation.presses(act.atMs, act.digit);
  }
};
