import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type {
  DeleteReq,
  DeleteResp,
  TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { type AppendingServer, appendHandler } from './appending.js';
import { type BatchAppendingServer, batchAppendHandler } from './batch-appending.js';
import { EventLog } from './event-log.js';
import { noFaults } from './faults.js';
import { textOf } from './messages.js';
import { type ReadingServer, readHandler } from './reading.js';

const HOST = '127.0.0.1';
const STREAMS = 'event_store.client.streams.Streams';
const METHODS = ['read', 'append', 'batchappend', 'delete', 'tombstone'];

/** An EventStoreDB that isn't: its gRPC protocol on a port of this machine, with a log in memory, and faults. */
export class EventStoreDbEmulator implements AppendingServer, BatchAppendingServer, ReadingServer {
  readonly log = new EventLog();
  readonly faults = noFaults();
  readonly lateReplies: (() => void)[] = [];
  appends = 0;
  refusals = 0;
  batchAppends = 0;
  /** As docker-compose.yml sets it; the server's default is 1 MiB. */
  maxAppendBytes = 2 * 1_048_576;
  #server: Server | undefined;
  #port = 0;
  #breaking: Promise<void> = Promise.resolve();

  static async start(): Promise<EventStoreDbEmulator> {
    const emulator = new EventStoreDbEmulator();
    await emulator.resume();
    return emulator;
  }

  get port(): number {
    return this.#port;
  }

  /** `options`: more of the client's, as in `defaultDeadline=500`. */
  url(options = ''): string {
    return `esdb://${HOST}:${this.#port}?tls=false${options && `&${options}`}`;
  }

  /** For a client that asks a member which one leads. */
  discoveryUrl(): string {
    return `esdb+discover://${HOST}:${this.#port}?tls=false`;
  }

  /** Resets every connection and refuses new ones. The log stays. */
  stop(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  /** On the port that it had. */
  async resume(): Promise<void> {
    const server = new Server();
    server.addService(streamsService.StreamsService, {
      append: appendHandler(this),
      batchAppend: batchAppendHandler(this),
      read: readHandler(this),
      delete: (
        { request }: ServerUnaryCall<DeleteReq, DeleteResp>,
        reply: sendUnaryData<DeleteResp>,
      ): void => {
        this.#tombstone(request);
        reply(null, new streams.DeleteResp());
      },
      tombstone: (
        { request }: ServerUnaryCall<TombstoneReq, TombstoneResp>,
        reply: sendUnaryData<TombstoneResp>,
      ): void => {
        this.#tombstone(request);
        reply(null, new streams.TombstoneResp());
      },
    });
    server.addService(featuresService.ServerFeaturesService, {
      getSupportedMethods: (_: unknown, reply: sendUnaryData<SupportedMethods>): void =>
        reply(null, supportedMethods()),
    });
    server.addService(gossipService.GossipService, {
      read: (_: unknown, reply: sendUnaryData<ClusterInfo>): void => reply(null, clusterOf(this.#port)),
    });
    this.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${HOST}:${this.#port}`, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    this.#server = server;
  }

  async restart(): Promise<void> {
    this.stop();
    await this.resume();
  }

  breakConnections(): void {
    this.#breaking = this.#breaking.then(() => this.restart());
  }

  async close(): Promise<void> {
    await this.#breaking;
    this.stop();
  }

  #tombstone(request: DeleteReq | TombstoneReq): void {
    this.log.tombstone(textOf(request.getOptions()?.getStreamIdentifier()?.getStreamName_asU8()));
  }
}

const supportedMethods = (): SupportedMethods => {
  const methods = METHODS.map((name) =>
    new features.SupportedMethod().setServiceName(STREAMS.toLowerCase()).setMethodName(name),
  );
  return new features.SupportedMethods().setEventStoreServerVersion('24.10.0').setMethodsList(methods);
};

const clusterOf = (port: number): ClusterInfo => {
  const member = new gossip.MemberInfo();
  member.setState(gossip.MemberInfo.VNodeState.LEADER);
  member.setIsAlive(true);
  member.setHttpEndPoint(new gossip.EndPoint().setAddress(HOST).setPort(port));
  return new gossip.ClusterInfo().setMembersList([member]);
};
