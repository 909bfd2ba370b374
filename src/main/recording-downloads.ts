import type { FastifyInstance } from 'fastify';
import { AppError, ErrorCode } from '../domain/errors.js';
import type { RecordingLinks } from '../graphql/recording-links.js';
import type { LinkTokens } from '../identity/link-tokens.js';
import { ERASED, MISSING } from '../ledger/event-files.js';
import type { StoredRecordings } from '../voice/recording/stored-recordings.js';
import { sendDownload, sendGone } from './download.js';

const PATH = '/recordings/';

const GONE: Readonly<Record<typeof ERASED | typeof MISSING, string>> = {
  [ERASED]: 'The call was erased, and its recording with it.',
  [MISSING]: "This recording's files are not in this installation.",
};

export interface RecordingDownloadsOptions {
  readonly recordings: StoredRecordings;
  readonly tokens: LinkTokens;
  /** Without a slash at its end. */
  readonly publicUrl: () => string;
}

/** Recordings of calls as WAV files, by links. */
export class RecordingDownloads implements RecordingLinks {
  readonly #options: RecordingDownloadsOptions;

  constructor(options: RecordingDownloadsOptions) {
    this.#options = options;
  }

  async linkTo(call: { readonly tenantId: string; readonly id: string }): Promise<string | null> {
    const { recordings, tokens, publicUrl } = this.#options;
    const found = await recordings.open(call.tenantId, call.id);
    const isThere = found !== null && found !== ERASED && found !== MISSING;
    return isThere ? `${publicUrl()}${PATH}${tokens.issue(call)}` : null;
  }

  /** Whole, or a `Range` of them. */
  addRoutes(server: FastifyInstance): void {
    const { recordings, tokens } = this.#options;
    // Not a parameter: those have a limit of 100 characters.
    server.get<{ Params: { '*': string } }>(`${PATH}*`, async (request, reply) => {
      const { tenantId, id } = tokens.verify(request.params['*']);
      const recording = await recordings.open(tenantId, id);
      if (recording === null) throw new AppError(ErrorCode.NOT_FOUND, 'This call was not recorded.');
      if (recording === ERASED || recording === MISSING) return sendGone(reply, request.id, GONE[recording]);
      return sendDownload(request, reply, recording, { contentType: 'audio/wav', fileName: null });
    });
  }
}
