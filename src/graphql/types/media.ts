import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { ProviderCapabilityEnum } from './provider-health.js';

@ObjectType({
  simpleResolvers: true,
  description: 'Both sides of a call, as a stereo WAV file in mu-law: the caller left, the agent right.',
})
export class CallRecording {
  @Field(() => Int, { description: "Where the file begins, on the call's clock, as a transcript's times." })
  startedAtMs!: number;

  @Field(() => Int)
  durationMs!: number;

  @Field(() => Int, { description: "The file's size." })
  bytes!: number;

  @Field(() => String, {
    description:
      'As the ledger has it: of the list of its parts as stored, each with its own. Of several media streams: of theirs in order, one hexadecimal text behind the other.',
  })
  sha256!: string;

  @Field(() => Boolean, {
    description: 'False: some of it is missing, as the last seconds before a worker died.',
  })
  complete!: boolean;

  // For the field that the resolver adds.
  callId!: string;
  tenantId!: string;
}

@ObjectType({ simpleResolvers: true, description: "What a call's line was like, as the platform saw it." })
export class CallQuality {
  @Field(() => Int, { description: 'Frames of 20 ms from the caller.' })
  receivedFrames!: number;

  @Field(() => Int, { description: 'Frames of 20 ms to the caller.' })
  sentFrames!: number;

  @Field(() => Int, { description: "How often the caller's audio lacked more than 40 ms." })
  gaps!: number;

  @Field(() => Int, { description: 'All gaps together.' })
  gapMs!: number;

  @Field(() => Int)
  longestGapMs!: number;

  @Field(() => Float, { description: "Of the caller's packets, as RFC 3550 estimates it; the latest." })
  jitterMs!: number;

  @Field(() => Float, { description: 'At its worst.' })
  maxJitterMs!: number;

  @Field(() => Int, { description: 'How often the agent faltered: the carrier had nothing more to play.' })
  underruns!: number;

  @Field(() => Int)
  underrunMs!: number;

  @Field(() => Int, { description: "Carrier's marks that came over a second late, or never." })
  lateMarks!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      "Transcripts, interim ones too, that were dropped as the agent's own words. Null: not known before a media stream is over, nor of those that didn't count them.",
  })
  echoes!: number | null;
}

@ObjectType({ simpleResolvers: true })
export class CallQualitySample {
  @Field(() => ID)
  callId!: string;

  @Field(() => Int, { description: 'Which media stream of the call.' })
  attempt!: number;

  @Field(() => Boolean, { description: 'False: so far. True: the media stream is over.' })
  final!: boolean;

  @Field(() => CallQuality)
  quality!: CallQuality;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'What a call used of one model of a provider, by what providers bill. Null: it does no such thing, or did not tell.',
})
export class ProviderUsage {
  @Field(() => ProviderCapabilityEnum)
  capability!: string;

  @Field(() => String)
  provider!: string;

  @Field(() => String, { nullable: true, description: 'Null: the provider has but one.' })
  model!: string | null;

  @Field(() => Int, {
    description:
      'Streams of a speech to text, answers of a model (prepared and stopped ones, too), texts of a voice.',
  })
  requests!: number;

  @Field(() => Int, { nullable: true, description: "The caller's audio that it was sent." })
  heardMs!: number | null;

  @Field(() => Int, { nullable: true, description: 'Of the texts that it was given to say.' })
  characters!: number | null;

  @Field(() => Int, { nullable: true, description: 'The speech that it made.' })
  spokenMs!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'As it counts them; few tell of an answer that was stopped.',
  })
  inputTokens!: number | null;

  @Field(() => Int, { nullable: true })
  outputTokens!: number | null;
}
