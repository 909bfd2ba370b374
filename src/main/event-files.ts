import { documentFiles } from '../knowledge/document-files.js';
import { DocumentObjects } from '../knowledge/document-objects.js';
import { anyFiles, type EventFiles } from '../ledger/event-files.js';
import type { Ledger } from '../ledger/ledger.js';
import type { ObjectStore } from '../objects/object-store.js';
import { recordingFiles } from '../voice/recording/recording-files.js';
import { traceFiles } from '../voice/trace/trace-files.js';

/** All files that events name. */
export const eventFiles = (options: { readonly ledger: Ledger; readonly objects: ObjectStore }): EventFiles =>
  anyFiles(
    recordingFiles(options),
    traceFiles(options),
    documentFiles(new DocumentObjects({ objects: options.objects, keys: options.ledger.keys })),
  );
