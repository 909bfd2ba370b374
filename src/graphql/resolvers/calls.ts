import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { rowsAfter } from '../../../projections/as-of.js';
import { callsProjection } from '../../../projections/calls/projection.js';
import {
  type CallFilter,
  callCursor,
  countCalls,
  findCall,
  findCallBySid,
  listCalls,
} from '../../../projections/calls/queries.js';
import { callsTable, transfersTable, turnsTable } from '../../../projections/calls/tables.js';
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
  CallTransfer,
  LedgerEventConnection,
  Turn,
} from '../types/call.js';
import { connectionOf, PageArgs, pageRequest } from '../types/connections.js';
import { AsOfArgs, eventsAsOf, instantOf } from './as-of.js';
import { ledgerEventPage } from './ledger-events.js';
import { pinnedAgentAsOf } from './linked-as-of.js';
import { toAgent, toCall, toLedgerEvent, toTransfer } from './rows.js';

/** `past`: the call is as it was after these events, and so is what is in it; `pastAt`: when that was. */
type CallRoot = Call & { readonly past?: readonly LedgerRecord[]; readonly pastAt?: string | null };

@Resolver(() => Call)
export class CallResolver {
  @Query(() => CallConnection, { description: "The tenant's calls, newest first." })
  async calls(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CallFilterInput, { nullable: true }) filter: CallFilterInput | null,
    @Arg('minPosition', () => String, { nullable: true }) minPosition: string | null,
    @Ctx() context: ApiContext,
  ) {
    const reader = await context.reader('calls:read', ['calls', 'media'], minPosition);
    const wanted = filterOf(filter ?? {});
    return {
      ...connectionOf(await listCalls(reader, pageRequest(page), wanted), callCursor, toCall),
      filter: wanted,
    };
  }

  @Query(() => Call, {
    nullable: true,
    description:
      'By its id, or by its CallSid; as it is, or was at a time or after a revision of its stream.',
  })
  async call(
    @Arg('id', () => ID, { nullable: true }) id: string | null,
    @Arg('callSid', () => CallSid, { nullable: true }) callSid: string | null,
    @Args(() => AsOfArgs) moment: AsOfArgs,
    @Arg('minPosition', () => String, { nullable: true }) minPosition: string | null,
    @Ctx() context: ApiContext,
  ): Promise<Call | null> {
    if ((id ?? null) === null && (callSid ?? null) === null) {
      throw new AppError(ErrorCode.BAD_USER_INPUT, 'Say which call: by id or by callSid.');
    }
    const row = await context.findNoted('calls:read', ['calls', 'media'], {
      find: (reader) => (id ? findCall(reader, id) : findCallBySid(reader, callSid ?? '')),
      idOf: ({ callId }) => callId,
      minPosition,
    });
    if (!row) return null;
    const past = await eventsAsOf(context, callStream(row.tenantId, row.callId), moment);
    if (!past) return toCall(row);
    const [before] = rowsAfter(callsProjection, callsTable, past);
    return before ? ({ ...toCall(before), past, pastAt: instantOf(moment, past) } as CallRoot) : null;
  }

  @FieldResolver(() => Agent, {
    nullable: true,
    description:
      'Who answers. Of a call as it was: the agent as it was then, its `config` the version that the call began with.',
  })
  async agent(
    @Root() { agentId, agentVersion: version, tenantId, pastAt }: CallRoot,
    @Ctx() context: ApiContext,
  ): Promise<Agent | null> {
    if (agentId === null) return null;
    if (pastAt) {
      return version === null ? null : pinnedAgentAsOf(context, { tenantId, agentId, version }, pastAt);
    }
    const row = await context.agents(tenantId).load(agentId);
    return row ? toAgent(row) : null;
  }

  @FieldResolver(() => [Turn], { description: 'In order, the greeting first.' })
  async turns(
    @Root() { id, tenantId, past, endedAt }: CallRoot,
    @Ctx() context: ApiContext,
  ): Promise<readonly Turn[]> {
    const turns = past
      ? rowsAfter(callsProjection, turnsTable, past)
      : await context.turns(tenantId).load(id);
    return withCutOff(turns, endedAt !== null);
  }

  @FieldResolver(() => [CallTransfer], { description: 'To persons, in order.' })
  async transfers(
    @Root() { id, tenantId, past }: CallRoot,
    @Ctx() context: ApiContext,
  ): Promise<readonly CallTransfer[]> {
    const rows = past
      ? rowsAfter(callsProjection, transfersTable, past)
      : await context.transfers(tenantId).load(id);
    return rows.map(toTransfer);
  }

  @FieldResolver(() => LedgerEventConnection, {
    description: 'What is in the ledger of this call, oldest first.',
  })
  async events(
    @Root() { id, tenantId, past }: CallRoot,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: ApiContext,
  ) {
    const events = past ?? (await context.services.ledger.readStream(callStream(tenantId, id)));
    return ledgerEventPage(events, page, toLedgerEvent);
  }
}

@Resolver(() => CallConnection)
export class CallConnectionResolver {
  @FieldResolver(() => Int, { description: 'Counted only when asked for.' })
  async totalCount(@Root() { filter }: { filter: CallFilter }, @Ctx() context: ApiContext): Promise<number> {
    return countCalls(await context.reader('calls:read', ['calls']), filter);
  }
}

/** What the agent began, and nobody saw the end of, was cut off with its worker: known once the call went on, or is over. */
const withCutOff = (turns: readonly Turn[], isOver: boolean): readonly Turn[] =>
  turns.map((turn, at) => {
    const isOpen = turn.agentStartedMs !== null && turn.agentEndedMs === null;
    return isOpen && (isOver || at < turns.length - 1) ? { ...turn, interrupted: true } : turn;
  });

const filterOf = ({ status, agentId, receivedAt }: CallFilterInput): CallFilter => ({
  status: status ?? undefined,
  agentId: agentId ?? undefined,
  receivedAt: receivedAt
    ? { gte: receivedAt.gte?.toISOString(), lt: receivedAt.lt?.toISOString() }
    : undefined,
});
