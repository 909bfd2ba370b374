import { setImmediate as nextTurn } from 'node:timers/promises';
import { resetSocket } from '../../support/reset-socket.js';
import { type Addressed, scriptFor } from '../script-for.js';
import type { ServedSocket } from '../socket-server.js';
import { muLawTone } from '../tone.js';
import type { EmulatedConversation } from './realtime-conversation-items.js';

/** How a response comes; without a text, what the model heard last. */
export interface AnswerScript extends Addressed {
  readonly text?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
  /** Waited for before each piece: a delay, or a gate that a test opens. */
  readonly beforePiece?: (number: number) => Promise<unknown>;
  /** After half of it; `silent`: all of the text, and no audio. */
  readonly fault?: 'hang' | 'stall' | 'close' | 'reset' | 'garbage' | 'other shape' | 'failed' | 'silent';
  /** Of `failed`. */
  readonly error?: Readonly<Record<string, unknown>>;
  /** Instead of a response: an error event. */
  readonly refusal?: Readonly<Record<string, unknown>>;
}

/** The next script, or the one for what the caller said last. */
export const answerFor = (conversation: EmulatedConversation, scripts: AnswerScript[]): AnswerScript =>
  scriptFor(heardLast(conversation), scripts) ?? {};

const heardLast = ({ items }: EmulatedConversation): string =>
  items.findLast(({ from }) => from === 'caller')?.text ?? 'nothing';

/** As fast as people speak. */
const MS_PER_CHARACTER = 60;

let responses = 0;
let calls = 0;

/** A response under way: words and their audio, piece by piece. */
export class ResponseEmulation {
  readonly #served: ServedSocket;
  readonly #conversation: EmulatedConversation;
  readonly #script: AnswerScript;
  readonly #id = `resp_${responses++}`;
  isActive = true;

  constructor(served: ServedSocket, conversation: EmulatedConversation, script: AnswerScript) {
    this.#served = served;
    this.#conversation = conversation;
    this.#script = script;
  }

  async run(): Promise<void> {
    const { text = `You said: ${heardLast(this.#conversation)}`, toolCalls = [], fault } = this.#script;
    this.#served.send({ type: 'response.created', response: { id: this.#id, status: 'in_progress' } });
    if (fault === 'hang') return;
    const pieces = text.match(/\s*\S+/g) ?? [];
    const end = fault === undefined || fault === 'silent' ? pieces.length : Math.floor(pieces.length / 2);
    await this.#speak(pieces.slice(0, end));
    if (!this.isActive) return;
    if (fault !== undefined && fault !== 'silent') return this.#fail(fault);
    for (const call of toolCalls) this.#call(call);
    this.#finish('completed');
  }

  cancel(): void {
    this.#finish('cancelled', { type: 'cancelled', reason: 'client_cancelled' });
  }

  async #speak(pieces: readonly string[]): Promise<void> {
    if (pieces.length === 0) return;
    const item_id = this.#conversation.addSpoken();
    const part = { response_id: this.#id, item_id, output_index: 0, content_index: 0 };
    for (const [number, piece] of pieces.entries()) {
      await (this.#script.beforePiece?.(number) ?? nextTurn());
      if (!this.isActive) return;
      const ms = this.#script.fault === 'silent' ? 0 : Math.round(piece.length * MS_PER_CHARACTER);
      this.#conversation.speak(item_id, piece, ms);
      this.#served.send({ type: 'response.output_audio_transcript.delta', ...part, delta: piece });
      if (ms === 0) continue;
      const delta = Buffer.from(muLawTone(ms)).toString('base64');
      this.#served.send({ type: 'response.output_audio.delta', ...part, delta });
    }
    this.#served.send({ type: 'response.output_audio.done', ...part });
  }

  #call({ name, arguments: args }: { readonly name: string; readonly arguments: string }): void {
    const call_id = `call_${calls++}`;
    const item_id = this.#conversation.addCall({ callId: call_id, name, arguments: args });
    const event = { response_id: this.#id, item_id, output_index: 1, call_id, name, arguments: args };
    this.#served.send({ type: 'response.function_call_arguments.done', ...event });
  }

  #fail(fault: NonNullable<AnswerScript['fault']>): void {
    const { socket, tcp } = this.#served;
    if (fault === 'close') socket.close(1011, 'something secret was said');
    if (fault === 'reset') resetSocket(tcp);
    if (fault === 'garbage') socket.send('<html>something secret was said</html>');
    if (fault === 'other shape') this.#served.send({ type: 'response.done', response: { secret: true } });
    const error = this.#script.error ?? { type: 'server_error', code: null, message: 'secret' };
    if (fault === 'failed') this.#finish('failed', { type: 'failed', error });
  }

  #finish(status: string, status_details: unknown = null): void {
    this.isActive = false;
    const usage = { input_tokens: 100, output_tokens: 20, total_tokens: 120 };
    this.#served.send({ type: 'response.done', response: { id: this.#id, status, status_details, usage } });
  }
}
