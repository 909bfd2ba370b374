import { parseStreamName } from '../../src/domain/stream.js';
import { foldInto } from '../runtime/projection.js';
import { mediaStreamsTable } from './tables.js';

export const mediaFold = foldInto(mediaStreamsTable, {
  key: ({ stream, data }) => [parseStreamName(stream).id, data.attempt],
  first: ['MediaStreamStarted'],
  handles: {
    MediaStreamStarted: (_, { metadata, stream, data }) => ({
      tenantId: metadata.tenantId,
      callId: parseStreamName(stream).id,
      attempt: data.attempt,
      startedAtMs: data.atMs,
      recordingObject: null,
      recordingSha256: null,
      recordingStartedAtMs: null,
      recordingDurationMs: null,
      recordingComplete: null,
      receivedFrames: null,
      sentFrames: null,
      gaps: null,
      gapMs: null,
      longestGapMs: null,
      jitterMs: null,
      maxJitterMs: null,
      underruns: null,
      underrunMs: null,
      lateMarks: null,
      echoes: null,
      usage: null,
    }),
    RecordingStored: (row, { data }) =>
      row && {
        ...row,
        recordingObject: data.object,
        recordingSha256: data.sha256,
        recordingStartedAtMs: data.startedAtMs,
        recordingDurationMs: data.durationMs,
        recordingComplete: data.complete,
      },
    MediaQualityMeasured: (row, { data: { attempt: _, echoes = null, ...quality } }) =>
      row && { ...row, ...quality, echoes },
    ProviderUsageMeasured: (row, { data: { usage } }) => row && { ...row, usage },
  },
});
