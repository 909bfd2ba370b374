import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { WorkerCircuit } from '../../live/provider-health.js';
import { DateTime } from '../scalars.js';

export const ProviderCapabilityEnum = {
  SPEECH_TO_TEXT: 'speech_to_text',
  LANGUAGE_MODEL: 'language_model',
  TEXT_TO_SPEECH: 'text_to_speech',
  SPEECH_TO_SPEECH: 'speech_to_speech',
} as const satisfies Record<string, WorkerCircuit['capability']>;

export const CircuitStateEnum = {
  CLOSED: 'closed',
  OPEN: 'open',
  HALF_OPEN: 'half_open',
} as const satisfies Record<string, WorkerCircuit['state']>;

registerEnumType(ProviderCapabilityEnum, { name: 'ProviderCapability' });
registerEnumType(CircuitStateEnum, {
  name: 'CircuitState',
  description:
    'CLOSED: the provider is asked. OPEN: it failed too often, and calls use their fallbacks at once. HALF_OPEN: one request tries whether it is back.',
});

@ObjectType({
  simpleResolvers: true,
  description: 'How a provider does what it is asked, as one process sees it.',
})
export class ProviderHealth {
  @Field(() => String)
  provider!: string;

  @Field(() => ProviderCapabilityEnum)
  capability!: WorkerCircuit['capability'];

  @Field(() => CircuitStateEnum)
  state!: WorkerCircuit['state'];

  @Field(() => Int, { description: 'Within the last minute.' })
  failures!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Shown to platform roles only, and outside of a tenant.',
  })
  lastError!: string | null;

  @Field(() => DateTime, { description: 'When the state began.' })
  since!: string;

  @Field(() => String, { description: 'The process: each has circuit breakers of its own.' })
  worker!: string;
}
