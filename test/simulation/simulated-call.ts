import { type CallCommand, callDecider } from '../../src/domain/call/decider.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import type { CallState } from '../../src/domain/call/state.js';
import { resumedFrom } from '../../src/voice/resumed.js';
import type { Resumed } from '../../src/voice/turn-taking/input.js';
import { Audit } from '../support/voice/audit.js';
import { CallersLine } from '../support/voice/callers-line.js';
import { Conversation } from '../support/voice/conversation.js';
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

type Break =
  | { readonly type: 'reset'; readonly atMs: number; readonly reset: Reset }
  | { readonly type: 'status'; readonly atMs: number; readonly sequence: number }
  | { readonly type: 'operator'; readonly atMs: number };

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
      lostAtMs: lost?.atMs ?? null,
      recorded: journal.recorded,
    });
    return lost?.nextMs ?? -1;
  }

  /** `null`: the call ended before. */
  #untilLost(
    journal: AttemptJournal,
    startMs: number,
    breaks: Break[],
  ): { readonly atMs: number; readonly nextMs: number } | null {
    for (;;) {
      const next = breaks.shift();
      if (!next) {
        journal.runUntil((this.plan.settings.maxDurationMs ?? 0) + startMs + PATIENCE_MS);
        return null;
      }
      if (!journal.runUntil(Math.max(next.atMs, startMs))) return null;
      const lost = this.#happens(journal, next, Math.max(next.atMs, startMs));
      if (lost) return lost;
      if (this.state.phase === 'ended') return null;
    }
  }

  #happens(journal: AttemptJournal, what: Break, atMs: number) {
    if (what.type === 'reset') return this.#reset(journal, what.reset, atMs);
    const command: CallCommand =
      what.type === 'status'
        ? { type: 'ReportStatus', ...IN_PROGRESS, sequence: what.sequence }
        : { type: 'EndCall', reason: 'operator', by: 'operator', atMs };
    journal.hears(this.#decide(command, atMs));
    return null;
  }

  /** The socket breaks; after a while the carrier asks for another. Meanwhile a living worker may still record. */
  #reset(journal: AttemptJournal, { gapMs, how }: Reset, atMs: number) {
    const nextMs = atMs + gapMs;
    if (how === 'closed') {
      journal.conversation.hangsUp(atMs, 'closed');
      if (!journal.runUntil(nextMs)) return null;
    }
    const events = this.#decide({ type: 'LoseMedia', attempt: journal.attempt, atMs }, nextMs);
    if (how === 'closed') journal.hears(events);
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

const breaksOf = ({ resets, statusesAtMs, operatorEndsAtMs, lengthMs, hangUp }: CallPlan): Break[] => {
  const breaks: Break[] = [
    ...resets.map((reset) => ({ type: 'reset', atMs: reset.atMs, reset }) as const),
    ...statusesAtMs.map((atMs, sequence) => ({ type: 'status', atMs, sequence }) as const),
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
