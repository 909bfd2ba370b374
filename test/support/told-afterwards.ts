/** What a worker tells of a media stream once it's over, in any order: of a call that was recorded, `RecordingStored` as well. */
export const TOLD_AFTERWARDS: readonly string[] = [
  'CallTraceStored',
  'MediaQualityMeasured',
  'ProviderUsageMeasured',
];
