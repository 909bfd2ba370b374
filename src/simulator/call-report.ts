import type { Underrun, Utterance } from './agent-speech.js';
import type { ExpectationResult } from './expectations.js';
import type { Spread, Turn } from './measures.js';

/** One media stream of the call, by what went over it. */
export interface StreamReport {
  /** `null`: the platform didn't take it. */
  readonly streamSid: string | null;
  readonly openedAtMs: number;
  readonly closedAtMs: number;
  /** RFC 6455's; 1006: the connection broke. `null`: it wasn't taken. */
  readonly closeCode: number | null;
  readonly closeReason: string;
  readonly framesSent: number;
  readonly mediaReceived: number;
  readonly marksReceived: number;
  readonly marksEchoed: number;
  readonly clears: number;
  /** What the platform left in its socket unread, at most. */
  readonly maxBacklogBytes: number;
  /** What Twilio would complain of. */
  readonly warnings: readonly string[];
}

export type Outcome =
  /** The caller or the platform hung up. */
  | 'completed'
  /** There was no media stream: the platform said something, or only hung up. */
  | 'rejected'
  | 'failed';

/** A call, from outside. Times in ms are on the call's clock, which begins with its webhook; so does the recording. */
export interface CallReport {
  readonly callSid: string;
  readonly from: string;
  readonly to: string;
  readonly scenario: string;
  readonly placedAt: string;
  readonly outcome: Outcome;
  /** `line`: the connection broke for good. `null`: it never began. */
  readonly endedBy: 'caller' | 'platform' | 'line' | null;
  readonly endedAtMs: number;
  /** The platform's answer to the first webhook; `null`: none. */
  readonly webhookMs: number | null;
  /** When the first media stream was up; `null`: none was. */
  readonly answeredAtMs: number | null;
  /** From then on. */
  readonly durationMs: number;
  /** All that the platform answered, in order. */
  readonly twiml: readonly string[];
  /** What TwiML's `<Say>` said. */
  readonly says: readonly string[];
  /** The numbers that TwiML's `<Dial>` dialed. */
  readonly dials: readonly string[];
  readonly streams: readonly StreamReport[];
  readonly steps: number;
  readonly stepsDone: number;
  /** From the answer to the agent's first sound, where it came before the caller did anything. */
  readonly greetingMs: number | null;
  readonly turns: readonly Turn[];
  readonly agent: readonly Utterance[];
  /** Of speech, not of keys: those are collected first. */
  readonly responses: Spread | null;
  readonly interruptions: Spread | null;
  readonly unanswered: number;
  readonly underruns: readonly Underrun[];
  /** The least that was left to play when more came. */
  readonly minLeadMs: number | null;
  /** What the agent had sent when the last media stream ended, and the caller didn't hear. */
  readonly unplayedMs: number;
  /** How late this simulator was with its frames. */
  readonly generator: { readonly frames: number; readonly lateP99Ms: number; readonly lateMaxMs: number };
  readonly errors: readonly string[];
  readonly expectations: readonly ExpectationResult[];
  /** All expectations are met. */
  readonly ok: boolean;
}
