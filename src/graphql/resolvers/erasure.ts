import { Arg, Args, Ctx, Mutation, Resolver } from 'type-graphql';
import type { SubjectKind } from '../../domain/erasure/events.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { Permission } from '../../identity/permissions.js';
import { type ErasableSubject, eraseSubject, findErasable } from '../../tenancy/erasure.js';
import type { ApiContext } from '../context.js';
import {
  EraseCallArgs,
  type ErasedSubject,
  EraseSubjectInput,
  EraseSubjectPayload,
} from '../types/erasure.js';
import { payloadOf } from '../types/payload.js';

const permissionFor = {
  contact: 'contacts:erase',
  call: 'calls:erase',
  user: 'users:erase',
  tenant: 'tenants:erase',
} as const satisfies Record<SubjectKind, Permission>;

@Resolver()
export class ErasureResolver {
  @Mutation(() => EraseSubjectPayload, {
    description:
      'Forgets what is personal, for ever: it reads as null from now on. A contact with all its calls, a tenant with everything.',
  })
  eraseSubject(
    @Arg('input', () => EraseSubjectInput) input: EraseSubjectInput,
    @Ctx() context: ApiContext,
  ): Promise<EraseSubjectPayload> {
    return erase(context, input);
  }

  @Mutation(() => EraseSubjectPayload, { description: 'As `eraseSubject` of kind CALL.' })
  eraseCall(
    @Args(() => EraseCallArgs) { id, idempotencyKey }: EraseCallArgs,
    @Ctx() context: ApiContext,
  ): Promise<EraseSubjectPayload> {
    return erase(context, { kind: 'call', id, ...(idempotencyKey != null && { idempotencyKey }) });
  }
}

const erase = (
  context: ApiContext,
  { kind, id, idempotencyKey = null }: EraseSubjectInput,
): Promise<EraseSubjectPayload> => {
  const permission = permissionFor[kind];
  const viewer = context.require(permission);
  const tenantId = kind === 'contact' || kind === 'call' ? context.readable(permission) : '';
  const { tenancy, idempotency } = context.services;
  return payloadOf({ subject: null as ErasedSubject | null }, async () => {
    if (kind === 'user' && id === viewer.userId) throw notOneself();
    const found = await findErasable(tenancy, { tenantId, kind, id });
    const { commandId, ids: subject } = await idempotency.begin<ErasableSubject>({
      viewer,
      operation: 'eraseSubject',
      key: idempotencyKey,
      // Not the input itself: its hash is kept for a day, and a number's can be guessed.
      input: { kind, subjectId: found.subjectId },
      // Asked again with the same key, it leaves alone who came back since.
      mint: () => found,
    });
    const position = await eraseSubject(tenancy, subject, context.command(viewer, commandId));
    return { position, subject: { kind, id: subject.subjectId } };
  });
};

const notOneself = (): AppError =>
  new AppError(ErrorCode.BAD_USER_INPUT, 'You cannot erase yourself: another superadmin can.', {
    field: 'id',
  });
