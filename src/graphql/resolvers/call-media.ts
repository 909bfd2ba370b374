import { createHash } from 'node:crypto';
import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';
import { rowsAfter } from '../../../projections/as-of.js';
import { mediaProjection } from '../../../projections/media/projection.js';
import type { MediaStreamRow } from '../../../projections/media/queries.js';
import { mediaStreamsTable } from '../../../projections/media/tables.js';
import type { MediaQuality, ProviderUsage as Told } from '../../domain/call/media-events.js';
import { totalUsage } from '../../domain/call/provider-usage.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import { fileBytesOf } from '../../voice/recording/stored-recordings.js';
import type { ApiContext } from '../context.js';
import { callQuality } from '../subscriptions/call-quality.js';
import { Call } from '../types/call.js';
import { CallQuality, CallQualitySample, CallRecording, ProviderUsage } from '../types/media.js';

/** As in `CallResolver`. */
type CallRoot = Call & { readonly past?: readonly LedgerRecord[] };

@Resolver(() => Call)
export class CallMediaResolver {
  @FieldResolver(() => CallRecording, {
    nullable: true,
    description: 'Null: it was not recorded, or is not stored yet.',
  })
  async recording(@Root() call: CallRoot, @Ctx() context: ApiContext): Promise<CallRecording | null> {
    return recordingOf(call, (await streamsOf(call, context)).filter(isRecorded));
  }

  @FieldResolver(() => CallQuality, {
    nullable: true,
    description: 'Of all its media streams that are over; null: of none.',
  })
  async quality(@Root() call: CallRoot, @Ctx() context: ApiContext): Promise<CallQuality | null> {
    const [first, ...rest] = (await streamsOf(call, context)).filter(isMeasured);
    return first ? rest.reduce(together, first) : null;
  }

  @FieldResolver(() => [ProviderUsage], {
    nullable: true,
    description:
      'Of all its media streams that are over, by what was done, provider and model; null: of none. What a worker that died had used is not in it.',
  })
  async usage(@Root() call: CallRoot, @Ctx() context: ApiContext): Promise<readonly ProviderUsage[] | null> {
    const told = (await streamsOf(call, context)).flatMap(({ usage }) => (usage ? [usage] : []));
    return told.length === 0 ? null : totalUsage(told.flat()).map(usageOf);
  }

  @Subscription(() => CallQualitySample, {
    description:
      "A call's quality: of its media streams that are over, then of the one that lasts, once a second. It ends with the call.",
    subscribe: ({ args, context }) => callQuality(context as ApiContext, (args as { callId: string }).callId),
  })
  callQuality(
    @Root() sample: CallQualitySample,
    @Arg('callId', () => ID) _callId: string,
  ): CallQualitySample {
    return sample;
  }
}

@Resolver(() => CallRecording)
export class CallRecordingResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where it is listened to, with `Range`, for 15 minutes: whoever has the link has the file. Null once erased.',
  })
  async url(@Root() { tenantId, callId }: CallRecording, @Ctx() context: ApiContext): Promise<string | null> {
    await context.noteAccess('calls:read', tenantId, `recording:${callId}`);
    return context.services.recordings.linkTo({ tenantId, id: callId });
  }
}

type Recorded = MediaStreamRow & {
  readonly recordingSha256: string;
  readonly recordingStartedAtMs: number;
  readonly recordingDurationMs: number;
};

const streamsOf = async (
  { id, tenantId, past }: CallRoot,
  context: ApiContext,
): Promise<readonly MediaStreamRow[]> =>
  past ? rowsAfter(mediaProjection, mediaStreamsTable, past) : await context.mediaStreams(tenantId).load(id);

const isRecorded = (row: MediaStreamRow): row is Recorded => row.recordingObject !== null;

const recordingOf = ({ id, tenantId }: Call, streams: readonly Recorded[]): CallRecording | null => {
  if (streams.length === 0) return null;
  const startedAtMs = Math.min(...streams.map((stream) => stream.recordingStartedAtMs));
  const endsAtMs = Math.max(
    ...streams.map((stream) => stream.recordingStartedAtMs + stream.recordingDurationMs),
  );
  const hashes = streams.map(({ recordingSha256 }) => recordingSha256);
  return {
    startedAtMs,
    durationMs: endsAtMs - startedAtMs,
    bytes: fileBytesOf(endsAtMs - startedAtMs),
    sha256: hashes.length === 1 ? hashes.join() : createHash('sha256').update(hashes.join('')).digest('hex'),
    complete: streams.every(({ recordingComplete }) => recordingComplete === true),
    callId: id,
    tenantId,
  };
};

const usageOf = (usage: Told): ProviderUsage => ({
  ...usage,
  heardMs: usage.heardMs ?? null,
  characters: usage.characters ?? null,
  spokenMs: usage.spokenMs ?? null,
  inputTokens: usage.inputTokens ?? null,
  outputTokens: usage.outputTokens ?? null,
});

type Measured = MediaQuality & Pick<MediaStreamRow, 'echoes'>;

const isMeasured = (row: MediaStreamRow): row is MediaStreamRow & MediaQuality => row.gaps !== null;

/** Of two media streams, the second after the first. */
const together = (a: Measured, b: Measured): Measured => ({
  receivedFrames: a.receivedFrames + b.receivedFrames,
  sentFrames: a.sentFrames + b.sentFrames,
  gaps: a.gaps + b.gaps,
  gapMs: a.gapMs + b.gapMs,
  longestGapMs: Math.max(a.longestGapMs, b.longestGapMs),
  jitterMs: b.jitterMs,
  maxJitterMs: Math.max(a.maxJitterMs, b.maxJitterMs),
  underruns: a.underruns + b.underruns,
  underrunMs: a.underrunMs + b.underrunMs,
  lateMarks: a.lateMarks + b.lateMarks,
  echoes: a.echoes === null || b.echoes === null ? null : a.echoes + b.echoes,
});
