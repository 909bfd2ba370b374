import { IsOptional, Max, MaxLength, Min } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { TenantStatus } from '../../domain/tenant/decider.js';
import { DateTime, PhoneNumber } from '../scalars.js';
import { connectionTypes } from './connections.js';
import { TenantStatusEnum } from './enums.js';
import { IsLanguage } from './language.js';
import { Node } from './node.js';
import { IsNotBlank } from './not-blank.js';
import type { PhoneNumberEntry } from './number.js';
import { Payload } from './payload.js';

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A company with its own agents, numbers and calls.',
})
export class Tenant extends Node {
  @Field(() => String, { nullable: true, description: 'Null once erased.' })
  name!: string | null;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => String, { description: 'BCP 47: what callers hear where no agent answers.' })
  language!: string;

  @Field(() => TenantStatusEnum)
  status!: TenantStatus;

  @Field(() => Int, {
    nullable: true,
    description:
      'Calls at a time, over all processes: one more hears that the lines are busy. Null: no limit.',
  })
  maxConcurrentCalls!: number | null;

  @Field(() => DateTime)
  createdAt!: string;

  // Resolved by the tenants' resolver.
  phoneNumbers?: PhoneNumberEntry[];
}

export const { ConnectionType: TenantConnection } = connectionTypes('Tenant', () => Tenant);

@InputType()
export class CreateTenantInput {
  @Field(() => String)
  @IsNotBlank()
  @MaxLength(200)
  name!: string;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(2000)
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'BCP 47, as `en` or `de-AT`: what callers hear where no agent answers. English where absent.',
  })
  @IsOptional()
  @IsLanguage()
  language?: string | null;

  @Field(() => PhoneNumber, { nullable: true, description: "The tenant's first number." })
  phoneNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'The same key within 24 h gives the same result.' })
  @IsOptional()
  @MaxLength(200)
  idempotencyKey?: string | null;
}

@ObjectType({ simpleResolvers: true })
export class CreateTenantPayload extends Payload {
  @Field(() => Tenant, { nullable: true })
  tenant!: Tenant | null;
}

@InputType()
export class SetTenantStatusInput {
  @Field(() => ID)
  tenantId!: string;

  @Field(() => TenantStatusEnum)
  status!: TenantStatus;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(500)
  reason?: string | null;
}

@ObjectType({ simpleResolvers: true })
export class SetTenantStatusPayload extends Payload {
  @Field(() => Tenant, { nullable: true })
  tenant!: Tenant | null;
}

@InputType()
export class SetTenantCallLimitInput {
  @Field(() => ID)
  tenantId!: string;

  @Field(() => Int, { nullable: true, description: 'Null: no limit of its own.' })
  @IsOptional()
  @Min(1)
  @Max(100_000)
  maxConcurrentCalls?: number | null;
}

@ObjectType({ simpleResolvers: true })
export class SetTenantCallLimitPayload extends Payload {
  @Field(() => Tenant, { nullable: true })
  tenant!: Tenant | null;
}
