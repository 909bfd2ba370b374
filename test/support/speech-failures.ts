import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { type AppError, ErrorCode, isAppError } from '../../src/domain/errors.js';
import type { SpeechPart, SpeechRequest, TextToSpeech } from '../../src/providers/text-to-speech.js';
import { all, failureOf } from '../emulators/openai/reading.js';
import type { AnswerScript } from '../emulators/socket-answer.js';
import type { SocketFault, SocketServer } from '../emulators/socket-server.js';
import { speechRequest } from './provider-requests.js';

/** What no error may repeat. */
const SECRET = 'my card is 4111 1111';

export interface SpokenBadly {
  /** As errors begin: `ElevenLabs' text to speech`. */
  readonly owner: string;
  readonly keyVariable: string;
  readonly urlVariable: string;
  readonly emulator: () => SocketServer & { readonly scripts: AnswerScript[] };
  /** With another patience than the provider's own, and at another address. */
  readonly provider: (options: { patienceMs?: number; baseUrl?: string }) => TextToSpeech;
}

const everythingIn = ({ message, details, cause, stack }: AppError): string =>
  JSON.stringify([message, details, String(cause), stack]);

/** What every voice over a socket does when something fails. */
export const describeBadSpeech = ({ owner, keyVariable, urlVariable, ...on }: SpokenBadly): void => {
  const speak = (options: Parameters<SpokenBadly['provider']>[0] = {}, more: Partial<SpeechRequest> = {}) =>
    on.provider(options).speak(speechRequest({ text: SECRET, ...more }));
  const failing = (...faults: NonNullable<AnswerScript['fault']>[]) =>
    on.emulator().scripts.push(...faults.map((fault) => ({ fault })));

  /** The client is connected, or waits for its handshake. */
  const arrival = (fault: SocketFault | 'stall half-way') =>
    fault === 'hang' ? on.emulator().hung(0) : on.emulator().socket(0);
  /** And it's gone. */
  const hangUp = async (fault: SocketFault | 'stall half-way') => {
    const client = await arrival(fault);
    await ('left' in client ? client.left : client.closed);
  };

  describe(`when ${owner} fails`, () => {
    it.each([
      [401, ErrorCode.UNAVAILABLE, `refused the key (401). Check ${keyVariable}.`, { retryable: false }],
      [429, ErrorCode.RATE_LIMITED, 'answered 429. Check the account', { status: 429, retryable: true }],
      [404, ErrorCode.UNAVAILABLE, 'answered 404.', { status: 404, retryable: false }],
      [503, ErrorCode.UNAVAILABLE, 'answered 503.', { status: 503, retryable: true }],
      ['reset', ErrorCode.UNAVAILABLE, '', { retryable: true }],
      ['close', ErrorCode.UNAVAILABLE, 'closed the connection (1011).', { retryable: true }],
      ['garbage', ErrorCode.UNAVAILABLE, "sent a message that isn't JSON.", { retryable: true }],
      ['other shape', ErrorCode.UNAVAILABLE, 'sent a message of an unknown shape (', { retryable: true }],
    ] as const)('says so of %s', async (fault, code, message, details) => {
      failing(fault);
      const error = await failureOf(all(speak()));
      expect(error.code).toBe(code);
      expect(error.message.startsWith(`${owner} (`)).toBe(true);
      expect(error.message).toContain(message);
      expect(error.details).toMatchObject(details);
      expect(everythingIn(error)).not.toContain(SECRET);
      expect(everythingIn(error)).not.toContain('something secret');
    });

    it.each(['hang', 'stall', 'stall half-way'] as const)('waits only so long: %s', async (fault) => {
      failing(fault);
      const error = await failureOf(all(speak({ patienceMs: 500 })));
      expect(error.message).toMatch(/(sent nothing for|opened no connection within) 500 ms\.$/);
      expect(error.details).toMatchObject({ retryable: true });
      await hangUp(fault);
    });

    it('says so of a server that is not there', async () => {
      const { origin: baseUrl } = on.emulator();
      await on.emulator().close();
      const error = await failureOf(all(speak({ baseUrl })));
      expect(error.message).toContain(
        `lost the connection (ECONNREFUSED). Check the network and ${urlVariable}.`,
      );
    });

    it.each(['hang', 'stall', 'stall half-way'] as const)(
      'is silent and hangs up when the caller wants no more: %s',
      async (fault) => {
        const caller = new AbortController();
        failing(fault);
        const quiet = all(speak({}, { signal: caller.signal })).catch((error: unknown) => error);
        await arrival(fault);
        const { length } = on.emulator().sockets;
        caller.abort();
        expect(isAppError(await quiet)).toBe(false);
        await hangUp(fault);
        expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
        expect(await all(speak({}, { signal: caller.signal }))).toEqual([]);
        expect(on.emulator().sockets).toHaveLength(length);
      },
    );
  });
};

/** A speech's audio in one piece, and its words. */
export const heardOf = (parts: readonly SpeechPart[]) => ({
  audio: Buffer.concat(parts.filter((part) => part instanceof Uint8Array)),
  words: parts.flatMap((part) => (part instanceof Uint8Array ? [] : part.words)),
});
