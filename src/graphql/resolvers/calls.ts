import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import {
  type CallFilter,
  callCursor,
  countCalls,
  findCall,
  findCallBySid,
  listCalls,
} from '../../../projections/calls/queries.js';
import { decodeCursor, encodeCursor } from '../../../projections/runtime/keyset.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { callStream } from '../../domain/stream.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import type { ApiContext } from '../context.js';
import { CallSid } from '../scalars.js';
import { Agent } from '../types/agent.js';
import {
  Call,
  CallConnection,
  CallFilterInput,
  type LedgerEvent,
  LedgerEventConnection,
  Turn,
} from '../types/call.js';
import { connectionOf, PageArgs, pageRequest } from '../types/connections.js';
import { toAgent, toCall } from './rows.js';

const EVENTS = 'events:revision';

@Resolver(() => Call)
export class CallResolver {
  @Query(() => CallConnection, { description: "The tenant's calls, newest first." })
  async calls(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CallFilterInput, { nullable: true }) filter: CallFilterInput | null,
    @Arg('minPosition', () => String, { nullable: true }) minPosition: string | null,
    @Ctx() context: ApiContext,
  ) {
    const reader = await context.reader('calls:read', ['calls'], minPosition);
    const wanted = filterOf(filter ?? {});
    return {
      ...connectionOf(await listCalls(reader, pageRequest(page), wanted), callCursor, toCall),
      filter: wanted,
    };
  }

  @Query(() => Call, { nullable: true, description: 'By its id, or by its CallSid.' })
  async call(
    @Arg('id', () => ID, { nullable: true }) id: string | null,
    @Arg('callSid', () => CallSid, { nullable: true }) callSid: string | null,
    @Arg('minPosition', () => String, { nullable: true }) minPosition: string | null,
    @Ctx() context: ApiContext,
  ): Promise<Call | null> {
    if ((id ?? null) === null && (callSid ?? null) === null) {
      throw new AppError(ErrorCode.BAD_USER_INPUT, 'Say which call: by id or by callSid.');
    }
    const reader = await context.reader('calls:read', ['calls'], minPosition);
    const row = id ? await findCall(reader, id) : await findCallBySid(reader, callSid ?? '');
    return row ? toCall(row) : null;
  }

  @FieldResolver(() => Agent, { nullable: true })
  async agent(@Root() { agentId, tenantId }: Call, @Ctx() context: ApiContext): Promise<Agent | null> {
    const row = agentId === null ? undefined : await context.agents(tenantId).load(agentId);
    return row ? toAgent(row) : null;
  }

  @FieldResolver(() => [Turn], { description: 'In order, the greeting first.' })
  async turns(@Root() { id, tenantId }: Call, @Ctx() context: ApiContext): Promise<readonly Turn[]> {
    return context.turns(tenantId).load(id);
  }

  @FieldResolver(() => LedgerEventConnection, {
    description: 'What is in the ledger of this call, oldest first.',
  })
  async events(
    @Root() { id, tenantId }: Call,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: ApiContext,
  ) {
    const { first, after } = pageRequest(page);
    const fromRevision = after === null ? 0 : Number(decodeCursor(EVENTS, 1, after)[0]) + 1;
    const events = await context.services.ledger.readStream(callStream(tenantId, id), fromRevision);
    const rows = { rows: events.slice(0, first), hasNextPage: events.length > first };
    return connectionOf(rows, ({ revision }) => encodeCursor(EVENTS, [String(revision)]), toLedgerEvent);
  }
}

@Resolver(() => CallConnection)
export class CallConnectionResolver {
  @FieldResolver(() => Int, { description: 'Counted only when asked for.' })
  async totalCount(@Root() { filter }: { filter: CallFilter }, @Ctx() context: ApiContext): Promise<number> {
    return countCalls(await context.reader('calls:read', ['calls']), filter);
  }
}

const filterOf = ({ status, agentId, receivedAt }: CallFilterInput): CallFilter => ({
  status: status ?? undefined,
  agentId: agentId ?? undefined,
  receivedAt: receivedAt
    ? { gte: receivedAt.gte?.toISOString(), lt: receivedAt.lt?.toISOString() }
    : undefined,
});

const toLedgerEvent = ({
  id,
  type,
  revision,
  position,
  metadata,
  createdAt,
  data,
}: LedgerRecord): LedgerEvent => ({
  id,
  type,
  revision,
  position,
  occurredAt: metadata.occurredAt,
  storedAt: createdAt,
  actor: metadata.actor,
  data,
});
