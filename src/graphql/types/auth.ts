import { IsEmail, MaxLength } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { TenantRole } from '../../domain/tenant/events.js';
import type { PlatformRole } from '../../domain/user/events.js';
import { PlatformRoleEnum, TenantRoleEnum } from './enums.js';
import { Tenant } from './tenant.js';

@InputType()
export class LoginInput {
  @Field(() => String)
  @IsEmail()
  email!: string;

  @Field(() => String)
  @MaxLength(200)
  password!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      "The tenant to act in, any for platform roles; absent: the user's first. `sys`: none, for platform roles, whose audit is of all tenants then.",
  })
  tenantId?: string | null;
}

@ObjectType({ simpleResolvers: true })
export class AuthPayload {
  @Field(() => String, { description: 'Send it as `Authorization: Bearer <token>`.' })
  accessToken!: string;

  @Field(() => String)
  tokenType!: string;

  @Field(() => Int, { description: 'In seconds.' })
  expiresIn!: number;

  @Field(() => ID, { nullable: true, description: 'The tenant that the token is for. Null: none.' })
  tenantId!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'Who asks.' })
export class Me {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: 'Null once erased.' })
  email!: string | null;

  @Field(() => String, { nullable: true })
  firstName!: string | null;

  @Field(() => String, { nullable: true })
  lastName!: string | null;

  @Field(() => PlatformRoleEnum, { nullable: true })
  platformRole!: PlatformRole | null;

  @Field(() => TenantRoleEnum, { nullable: true, description: "In the credential's tenant." })
  tenantRole!: TenantRole | null;

  @Field(() => Tenant, { nullable: true, description: "The credential's tenant." })
  tenant!: Tenant | null;
}
