import type { FastifyInstance } from 'fastify';
import { type DataExports, DOWNLOAD_PATH } from '../tenancy/export/data-exports.js';
import { ERASED, MISSING } from '../tenancy/export/stored-archive.js';
import { sendDownload, sendGone } from './download.js';

const GONE: Readonly<Record<typeof ERASED | typeof MISSING, string>> = {
  [ERASED]: 'Somebody in this export was erased since it was made: ask for a new one.',
  [MISSING]: "This export's file is not in this installation: ask for a new one.",
};

/** Archives by a link that `DataExports.linkTo` gave out, whole or a `Range` of them. */
export const addExportDownloads = (server: FastifyInstance, exports: DataExports): void => {
  // Not a parameter: those have a limit of 100 characters.
  server.get<{ Params: { '*': string } }>(`${DOWNLOAD_PATH}*`, async (request, reply) => {
    const { exportId, archive } = await exports.open(request.params['*']);
    if (archive === ERASED || archive === MISSING) return sendGone(reply, request.id, GONE[archive]);
    return sendDownload(request, reply, archive, {
      contentType: 'application/x-ndjson',
      fileName: `${exportId}.jsonl`,
    });
  });
};
