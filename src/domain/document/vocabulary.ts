/** How far a document is. `READY`: it's found. */
export const documentStatuses = ['UPLOADED', 'PARSED', 'CHUNKED', 'READY', 'FAILED', 'REMOVED'] as const;
export type DocumentStatus = (typeof documentStatuses)[number];

/** What is done with a document, in this order. */
export const ingestionSteps = ['parse', 'chunk', 'embed'] as const;
export type IngestionStep = (typeof ingestionSteps)[number];
