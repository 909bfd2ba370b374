import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { ApiContext } from '../context.js';
import { activeCalls } from '../subscriptions/active-calls.js';
import { callTranscript } from '../subscriptions/call-transcript.js';
import { ActiveCallChange, TranscriptItem } from '../types/transcript.js';

interface TranscriptArgs {
  readonly callId: string;
  readonly after?: string | null;
}

@Resolver()
export class SubscriptionResolver {
  @Subscription(() => TranscriptItem, {
    description:
      "A call's transcript as it grows, from a cursor on: no gap and no double. It ends with the call.",
    subscribe: ({ args, context }) => {
      const { callId, after } = args as TranscriptArgs;
      return callTranscript(context as ApiContext, callId, after ?? null);
    },
  })
  callTranscript(
    @Root() item: TranscriptItem,
    @Arg('callId', () => ID) _callId: string,
    @Arg('after', () => String, {
      nullable: true,
      description: 'The cursor of the last item that was received.',
    })
    _after: string | null,
  ): TranscriptItem {
    return item;
  }

  @Subscription(() => ActiveCallChange, {
    description: "The tenant's active calls: those there are, then every change.",
    subscribe: ({ context }) => activeCalls(context as ApiContext),
  })
  activeCalls(@Root() change: ActiveCallChange): ActiveCallChange {
    return change;
  }
}
