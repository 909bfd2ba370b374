import { LRUCache } from 'lru-cache';
import { type AgentState, agentDecider } from '../domain/agent/decider.js';
import { type CallSettings, callSettings } from '../domain/agent/defaults.js';
import type { RejectReason } from '../domain/call/vocabulary.js';
import { AppError, ErrorCode, isAppError } from '../domain/errors.js';
import { DEFAULT_LANGUAGE } from '../domain/language.js';
import { numberDecider } from '../domain/number/decider.js';
import { agentStream, parseStreamName, tenantStream } from '../domain/stream.js';
import { tenantDecider } from '../domain/tenant/decider.js';
import type { Pseudonyms } from '../ledger/keys/pseudonyms.js';
import type { Ledger } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import { ownerOf } from '../ledger/reserve.js';

/** Who answers a number, or why nobody does. */
export type Route =
  | {
      readonly tenantId: string;
      readonly numberId: string;
      readonly agentId: string;
      readonly agentVersion: number;
      readonly rejectedFor: null;
      /** The agent's, for a caller who can't be connected after all. */
      readonly language: string;
      /** The tenant's limit of calls at a time; `null`: none. */
      readonly maxConcurrentCalls: number | null;
    }
  | { readonly tenantId: string | null; readonly rejectedFor: RejectReason; readonly language: string };

const REMEMBERED = 10_000;
/** A round of those who wait for a line, of whom there may be hundreds for one number. */
const RECENT_MS = 3_000;

const nowhere: Route = { tenantId: null, rejectedFor: 'unknown_number', language: DEFAULT_LANGUAGE };

/** Finds the agent of a number in the ledger itself: a number assigned a moment ago answers. */
export class NumberDirectory {
  readonly #ledger: Ledger;
  readonly #pseudonyms: Pseudonyms;
  /** For when the ledger is away: the last that was known. */
  readonly #routes = new LRUCache<string, Route>({ max: REMEMBERED });
  readonly #versions = new LRUCache<string, CallSettings>({ max: REMEMBERED });
  readonly #recent: LRUCache<string, Promise<Route>>;

  /** `clock`: one that never goes back. */
  constructor(ledger: Ledger, pseudonyms: Pseudonyms, clock: { now(): number } = performance) {
    this.#ledger = ledger;
    this.#pseudonyms = pseudonyms;
    this.#recent = new LRUCache({ max: REMEMBERED, ttl: RECENT_MS, ttlResolution: 0, perf: clock });
  }

  /** Throws `UNAVAILABLE` when the ledger is away and nothing is remembered of the number. */
  async route(number: string): Promise<Route> {
    try {
      const route = await this.#find(number);
      this.#routes.set(number, route);
      return route;
    } catch (error) {
      const remembered = isAppError(error, ErrorCode.UNAVAILABLE) ? this.#routes.get(number) : undefined;
      if (remembered) return remembered;
      throw error;
    }
  }

  /** As it was 3 s ago at most, for callers who ask again and again: the ledger is read once for all of them. Throws as `route`. */
  recentRoute(number: string): Promise<Route> {
    const recent = this.#recent.get(number);
    if (recent) return recent;
    const route = this.route(number);
    this.#recent.set(number, route);
    route.catch(() => this.#recent.delete(number));
    return route;
  }

  /** What a version of an agent says, with its defaults. It never changes, so it's remembered. Throws `NOT_FOUND`. */
  async version(tenantId: string, agentId: string, version: number): Promise<CallSettings> {
    const name = `${agentId}:${version}`;
    const remembered = this.#versions.get(name);
    if (remembered) return remembered;
    const agent = await load(this.#ledger, agentDecider, agentStream(tenantId, agentId));
    const drafted = agent.versions[version - 1];
    if (!drafted) throw new AppError(ErrorCode.NOT_FOUND, `Agent ${agentId} has no version ${version}.`);
    const settings = callSettings(drafted);
    this.#versions.set(name, settings);
    return settings;
  }

  async #find(number: string): Promise<Route> {
    const owner = await ownerOf({ ledger: this.#ledger, pseudonyms: this.#pseudonyms }, 'number', number);
    if (!owner) return nowhere;
    const { tenantId } = parseStreamName(owner);
    const { numberId, agentId } = await load(this.#ledger, numberDecider, owner);
    // Reserved, and its owner not there yet.
    if (!numberId) return nowhere;
    const { status, language, maxConcurrentCalls } = await load(
      this.#ledger,
      tenantDecider,
      tenantStream(tenantId),
    );
    const tenant = { tenantId, language };
    if (status === 'SUSPENDED') return { ...tenant, rejectedFor: 'tenant_suspended' };
    if (status === 'INACTIVE') return { ...tenant, rejectedFor: 'tenant_inactive' };
    if (!agentId) return { ...tenant, rejectedFor: 'number_unassigned' };
    const agent = await load(this.#ledger, agentDecider, agentStream(tenantId, agentId));
    return this.#routeTo({ ...tenant, numberId, agentId, maxConcurrentCalls }, agent);
  }

  #routeTo(
    to: {
      readonly tenantId: string;
      readonly language: string;
      readonly numberId: string;
      readonly agentId: string;
      readonly maxConcurrentCalls: number | null;
    },
    agent: AgentState,
  ): Route {
    const { tenantId, language, agentId } = to;
    if (!agent.enabled) return { tenantId, language, rejectedFor: 'agent_disabled' };
    const { liveVersion } = agent;
    const settings = liveVersion === null ? undefined : agent.versions[liveVersion - 1];
    if (liveVersion === null || !settings) return { tenantId, language, rejectedFor: 'agent_unpublished' };
    // What a call needs while the ledger is away.
    this.#versions.set(`${agentId}:${liveVersion}`, callSettings(settings));
    return { ...to, language: settings.language, agentVersion: liveVersion, rejectedFor: null };
  }
}
