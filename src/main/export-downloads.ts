import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { ErrorCode } from '../domain/errors.js';
import { type DataExports, DOWNLOAD_PATH } from '../tenancy/export/data-exports.js';
import { ERASED, MISSING } from '../tenancy/export/stored-archive.js';

const GONE: Readonly<Record<typeof ERASED | typeof MISSING, string>> = {
  [ERASED]: 'Somebody in this export was erased since it was made: ask for a new one.',
  [MISSING]: "This export's file is not in this installation: ask for a new one.",
};

/** Archives by a link that `DataExports.linkTo` gave out, whole or a `Range` of them (RFC 9110, one range). */
export const exportDownloads =
  (exports: DataExports) =>
  async (server: FastifyInstance): Promise<void> => {
    // Not a parameter: those have a limit of 100 characters.
    server.get<{ Params: { '*': string } }>(`${DOWNLOAD_PATH}*`, async (request, reply) => {
      const { exportId, archive } = await exports.open(request.params['*']);
      if (archive === ERASED || archive === MISSING) return gone(reply, request.id, GONE[archive]);
      const range = rangeOf(request.headers.range, archive.bytes);
      if (range === null) {
        return reply.status(416).header('content-range', `bytes */${archive.bytes}`).send();
      }
      const { start, end, isPart } = range;
      reply
        .status(isPart ? 206 : 200)
        .header('content-type', 'application/x-ndjson')
        .header('content-length', end - start)
        .header('content-disposition', `attachment; filename="${exportId}.jsonl"`)
        .header('accept-ranges', 'bytes')
        // It's full of personal data, and its link is a secret.
        .header('cache-control', 'private, no-store')
        .header('referrer-policy', 'no-referrer');
      if (isPart) reply.header('content-range', `bytes ${start}-${end - 1}/${archive.bytes}`);
      if (request.method === 'HEAD') return reply.send();
      return reply.send(Readable.from(archive.content(start, end), { objectMode: false }));
    });
  };

/** 410, in the shape that all errors have. */
const gone = (reply: FastifyReply, requestId: string, message: string): FastifyReply =>
  reply.status(410).send({
    error: {
      code: ErrorCode.NOT_FOUND,
      message,
      details: {},
      timestamp: new Date().toISOString(),
      requestId,
    },
  });

interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly isPart: boolean;
}

/** `null`: nothing is there. What isn't one range of bytes is ignored, as the RFC allows. */
const rangeOf = (header: string | undefined, bytes: number): Range | null => {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return { start: 0, end: bytes, isPart: false };
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? bytes : Math.min(bytes, Number(last) + 1);
  return start < end ? { start, end, isPart: true } : null;
};
