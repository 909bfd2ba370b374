import { AppError, ErrorCode } from '../domain/errors.js';
import { newId } from '../domain/ids.js';
import { parseStreamName, SYSTEM_TENANT, tenantStream, userStream } from '../domain/stream.js';
import { tenantDecider } from '../domain/tenant/decider.js';
import { userDecider } from '../domain/user/decider.js';
import { type PlatformRole, type UserEvent, userEvents } from '../domain/user/events.js';
import type { Pseudonyms } from '../ledger/keys/pseudonyms.js';
import type { CommandContext, Ledger } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import { createOwner, ownerOf, type Reservation, reservationOf } from '../ledger/reserve.js';
import { hashPassword, passwordMatches } from './passwords.js';
import type { AccessTokens } from './tokens.js';
import type { Viewer } from './viewer.js';

export interface NewUser {
  readonly email: string;
  readonly password: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly platformRole: PlatformRole | null;
}

export interface UsersOptions {
  readonly ledger: Ledger;
  readonly pseudonyms: Pseudonyms;
  readonly tokens: AccessTokens;
  /** The tenants that a user is a member of, the oldest membership first. */
  readonly tenantsOf: (userId: string) => Promise<readonly string[]>;
}

export interface LoggedIn {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly viewer: Omit<Viewer, 'expiresAt'>;
}

/** Throws `BAD_USER_INPUT` naming the field and its value. */
const requireValid = (user: UserEvent['data']): void => {
  const checked = userEvents.UserRegistered.writeSchema.safeParse(user);
  const [issue] = checked.error?.issues ?? [];
  if (!issue) return;
  const field = String(issue.path[0]);
  const value = user[field as keyof typeof user];
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `This user can't be registered: ${field} "${value}" ${issue.message}.`,
    { field },
  );
};

/** People who log in: their registration, and the credentials that they get. */
export class Users {
  readonly #options: UsersOptions;

  constructor(options: UsersOptions) {
    this.#options = options;
  }

  /** Returns the user's id. Throws `ALREADY_EXISTS` for an e-mail that somebody has, `BAD_USER_INPUT` for the rest. */
  async register({ password, ...user }: NewUser, context: CommandContext): Promise<string> {
    const passwordHash = await hashPassword(password);
    const userId = newId('user');
    // Before anything is written: a reservation for nobody would keep the e-mail from its owner for a while.
    requireValid({ userId, passwordHash, ...user });
    const email: Reservation = {
      kind: 'email',
      value: user.email,
      ownerStream: userStream(userId),
      what: `The e-mail ${user.email}`,
      field: 'email',
    };
    const reservation = reservationOf(this.#options, email);
    const command = { type: 'RegisterUser', userId, ...user, passwordHash, reservation } as const;
    await createOwner(this.#options, email, userDecider, command, context);
    return userId;
  }

  /** Whether somebody has registered with this e-mail. */
  async exists(email: string): Promise<boolean> {
    const stream = await ownerOf(this.#options, 'email', email);
    return stream !== null && (await load(this.#options.ledger, userDecider, stream)).userId !== null;
  }

  /**
   * A credential for one tenant: the one asked for, else the user's first. A platform role that asks for `sys` gets one for
   * none, as it has before it's a member of any: its audit is of all tenants then. Throws `UNAUTHENTICATED` for an unknown e-mail
   * as for a wrong password, and `NOT_FOUND` for a tenant that the user may not enter.
   */
  async login(email: string, password: string, tenantId: string | null): Promise<LoggedIn> {
    const { ledger, tokens } = this.#options;
    const stream = await ownerOf(this.#options, 'email', email);
    const user = stream ? await load(ledger, userDecider, stream) : null;
    const matches = await passwordMatches(user?.passwordHash ?? null, password);
    if (!matches || !user?.userId || !stream) {
      throw new AppError(ErrorCode.UNAUTHENTICATED, 'The e-mail or the password is wrong.');
    }
    const userId = parseStreamName(stream).id;
    const { platformRole } = user;
    const isForAll = tenantId === SYSTEM_TENANT && platformRole !== null;
    const entered = isForAll ? null : (tenantId ?? (await this.#options.tenantsOf(userId))[0] ?? null);
    const tenantRole = entered !== null ? await this.#roleIn(entered, userId, platformRole) : null;
    const viewer = { userId, tenantId: entered, tenantRole, platformRole };
    return { ...tokens.issue(viewer), viewer };
  }

  async #roleIn(tenantId: string, userId: string, platformRole: PlatformRole | null) {
    const tenant = await load(this.#options.ledger, tenantDecider, tenantStream(tenantId));
    const role = tenant.members[userId] ?? null;
    // Who looks after the platform enters every tenant: what is done there is each permission's to say.
    const mayEnter = role !== null || platformRole !== null;
    // As it's stored: a stream's name has the bare id, which another kind's may have, too.
    if (tenant.tenantId !== tenantId || !mayEnter) {
      throw new AppError(ErrorCode.NOT_FOUND, `There is no tenant "${tenantId}".`, { tenantId });
    }
    return role;
  }
}
