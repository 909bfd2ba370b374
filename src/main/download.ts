import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorCode } from '../domain/errors.js';

/** A file that is made as it's read. */
export interface Downloadable {
  readonly bytes: number;
  /** From `start` up to `end` (exclusive). */
  content(start: number, end: number): AsyncIterable<Buffer>;
}

export interface DownloadOptions {
  readonly contentType: string;
  /** What a browser calls it; without one it's shown, or played. */
  readonly fileName: string | null;
}

/** Answers with the file, or with a `Range` of it (RFC 9110, one range); with its headers alone to HEAD. */
export const sendDownload = (
  request: FastifyRequest,
  reply: FastifyReply,
  file: Downloadable,
  { contentType, fileName }: DownloadOptions,
): FastifyReply => {
  const range = rangeOf(request.headers.range, file.bytes);
  if (range === null) {
    return reply.status(416).header('content-range', `bytes */${file.bytes}`).send();
  }
  const { start, end, isPart } = range;
  reply
    .status(isPart ? 206 : 200)
    .header('content-type', contentType)
    .header('content-length', end - start)
    .header('accept-ranges', 'bytes')
    // It's full of personal data, and its link is a secret.
    .header('cache-control', 'private, no-store')
    .header('referrer-policy', 'no-referrer');
  if (fileName !== null) reply.header('content-disposition', `attachment; filename="${fileName}"`);
  if (isPart) reply.header('content-range', `bytes ${start}-${end - 1}/${file.bytes}`);
  // Without any content Fastify would set its length to 0.
  const content = request.method === 'HEAD' ? [] : file.content(start, end);
  return reply.send(Readable.from(content, { objectMode: false }));
};

/** 410, in the shape that all errors have. */
export const sendGone = (reply: FastifyReply, requestId: string, message: string): FastifyReply =>
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
