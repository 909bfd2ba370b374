import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type CallStatusOptions, reportCallStatus } from './call-status.js';
import type { ForeignAccounts } from './foreign-accounts.js';
import {
  callStatusForm,
  dialStatuses,
  incomingCallForm,
  parseForm,
  streamEndedForm,
  streamStatusForm,
  transferEndedForm,
} from './forms.js';
import type { IncomingCalls } from './incoming-call.js';
import { checkSignature, type PublicAddress } from './signature.js';
import { afterStreamEnded, type StreamEndedOptions } from './stream-ended.js';
import { reportStreamStatus, type StreamStatusOptions } from './stream-status.js';
import { afterTransfer, type DialEnd } from './transfer-ended.js';

export interface TelephonyRoutesOptions {
  readonly authToken: string;
  readonly address: PublicAddress;
  readonly incomingCalls: IncomingCalls;
  readonly foreignAccounts: ForeignAccounts;
  readonly callStatus: CallStatusOptions;
  readonly streamEnded: StreamEndedOptions;
  readonly streamStatus: StreamStatusOptions;
}

/** Our own paths, and those that earlier systems gave Twilio. */
const INCOMING_CALL = ['/webhooks/incoming-call', '/api/callbot/incoming-call'];
const CALL_STATUS = ['/webhooks/call-status', '/api/callbot/call-status'];

type Form = Readonly<Record<string, string | readonly string[]>>;

/** Twilio's webhooks. Nothing is looked at before its signature. */
export const telephonyRoutes =
  (options: TelephonyRoutesOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    await server.register(formbody);

    server.addHook('preHandler', async (request) => checkRequest(request, options));

    for (const path of INCOMING_CALL) {
      server.post<{ Querystring: { waitingSince?: string } }>(path, async (request, reply) => {
        const waitingSinceMs = Number(request.query.waitingSince) || null;
        const form = parseForm(incomingCallForm, request.body);
        options.foreignAccounts.note(form.AccountSid);
        const twiml = await options.incomingCalls.answer(form, waitingSinceMs);
        return reply.type('application/xml').send(twiml);
      });
    }

    for (const path of CALL_STATUS) {
      server.post(path, async (request, reply) => {
        await reportCallStatus(options.callStatus, parseForm(callStatusForm, request.body));
        return reply.status(200).send();
      });
    }

    server.post('/webhooks/stream-status', async (request, reply) => {
      await reportStreamStatus(options.streamStatus, parseForm(streamStatusForm, request.body));
      return reply.status(200).send();
    });

    server.post<{ Querystring: { attempt?: string } }>('/webhooks/stream-ended', async (request, reply) => {
      const attempt = ordinal(request.query.attempt);
      const twiml = await afterStreamEnded(
        options.streamEnded,
        parseForm(streamEndedForm, request.body),
        attempt,
      );
      return reply.type('application/xml').send(twiml);
    });

    server.post<{ Querystring: TransferQuery }>('/webhooks/transfer-ended', async (request, reply) => {
      const form = parseForm(transferEndedForm, request.body);
      const twiml = await afterTransfer(options.streamEnded, form, dialEndOf(form, request.query));
      return reply.type('application/xml').send(twiml);
    });
  };

/** `status` and `seconds`: as the carrier told them when it asked first. */
interface TransferQuery {
  readonly transfer?: string;
  readonly status?: string;
  readonly seconds?: string;
}

const ordinal = (text: string | undefined): number => Math.max(1, Math.trunc(Number(text)) || 1);

const dialEndOf = (
  { DialCallStatus, DialCallDuration }: ReturnType<typeof parseForm<typeof transferEndedForm>>,
  { transfer, status, seconds }: TransferQuery,
): DialEnd => ({
  transfer: ordinal(transfer),
  status: DialCallStatus ?? dialStatuses.find((known) => known === status) ?? 'failed',
  seconds: DialCallDuration ?? (seconds === undefined ? null : Math.max(0, Math.trunc(Number(seconds)) || 0)),
});

const checkRequest = (request: FastifyRequest, { authToken, address }: TelephonyRoutesOptions): void => {
  const signature = request.headers['x-twilio-signature'];
  checkSignature(
    authToken,
    typeof signature === 'string' ? signature : undefined,
    `${address.publicUrl}${request.url}`,
    (request.body ?? {}) as Form,
  );
};
