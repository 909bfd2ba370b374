import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, rename, stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Command as Program } from 'commander';
import pg from 'pg';
import { ApiClient } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import { CallBySid, Login } from '../../src/client/operations.js';
import { agentStream } from '../../src/domain/stream.js';
import { addAuditCommands } from '../../src/main/audit/commands.js';
import { addBootstrapCommands } from '../../src/main/bootstrap-commands.js';
import { addProjectionCommands } from '../../src/main/projection-commands.js';
import { addReplayCommands } from '../../src/main/replay/commands.js';
import { addTenantCommands } from '../../src/main/tenants/commands.js';
import { FileObjectStore } from '../../src/objects/file-object-store.js';
import { StoreMarker } from '../../src/objects/store-marker.js';
import type { CallReport } from '../../src/simulator/call-report.js';
import { placeCall } from '../../src/simulator/place-call.js';
import { parseScenario } from '../../src/simulator/scenario.js';
import { type Command, type Ended, urlOf, Workplace } from '../support/command.js';
import { runHere } from '../support/command-here.js';
import { ADMIN, createTestTenant, type TestTenant } from '../support/platform.js';
import { createEmptyDatabase, createTestDatabase } from '../support/postgres/test-database.js';
import { until } from '../support/postgres/until.js';
import { testKeyVariables } from '../support/secrets.js';
import { TOLD_AFTERWARDS } from '../support/told-afterwards.js';
import { CALLER, newCallSid } from '../support/twilio.js';

jest.setTimeout(60_000);

/** A stack trace's lines: no user should see one. */
const STACK = /^ +at /m;
const NOBODY_LISTENS = 'postgres://user:password@127.0.0.1:1/ledgerline';

const Role = graphql(`
  query Role {
    me {
      platformRole
      tenant {
        id
      }
    }
  }
`);

const QUESTION = parseScenario(
  {
    name: 'a question',
    steps: [{ waitForAgent: true }, { say: 'Are you open on Saturday?' }, { hangUp: true }],
  },
  'the test',
);

const login = async (url: string, email: string, password: string, tenantId: string | null = null) => {
  const client = new ApiClient(url);
  const { login } = await client.request(Login, { input: { email, password, tenantId } });
  return client.as(login.accessToken);
};

const addReaders = (program: Program): void => {
  for (const add of [addAuditCommands, addReplayCommands, addProjectionCommands, addTenantCommands])
    add(program);
};

const bootstrap = (workplace: Workplace, email: string) =>
  workplace.run(['bootstrap', 'superadmin', '--email', email, '--password', ADMIN.password]);

describe('ledgerline', () => {
  describe('without a database', () => {
    let workplace: Workplace;
    beforeAll(async () => {
      workplace = await Workplace.open();
    });
    afterAll(() => workplace.close());

    it('tells its commands and options, and its version', async () => {
      const [help, simulate, version] = await Promise.all([
        workplace.run(['--help']),
        workplace.run(['simulate', '--help']),
        workplace.run(['--version']),
      ]);
      expect(help).toMatchObject({ exitCode: 0, stderr: '' });
      for (const name of ['serve', 'demo', 'bootstrap', 'projections', 'audit', 'objects', 'simulate']) {
        expect(help.stdout).toMatch(new RegExp(`^  ${name} .*\\w`, 'm'));
      }
      expect(simulate).toMatchObject({ exitCode: 0, stderr: '' });
      expect(simulate.stdout).toMatch(/--url <url>[\s\S]*--audio <file>[\s\S]*--calls <n>[\s\S]*--json/);
      expect(version).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    });

    it('refuses what it does not know in one sentence', async () => {
      const refusals = {
        nonsense: "error: unknown command 'nonsense'",
        'serve --nonsense': "error: unknown option '--nonsense'",
        'serve --roles api,foo': '"foo" is not a role; there are api, telephony, media, projector, reactor.',
        'bootstrap superadmin': 'bootstrap superadmin needs --email and --password.',
        'bootstrap owner': "error: unknown command 'owner'",
        'projections rebuild nonsense':
          'There is no projection "nonsense"; there are tenants, users, agents, numbers, calls, media, latencies, documents, audit.',
      };
      const ended = Object.keys(refusals).map((command) => workplace.run(command.split(' ')));
      expect(await Promise.all(ended)).toEqual(
        Object.values(refusals).map((sentence) => ({ exitCode: 1, stdout: '', stderr: `${sentence}\n` })),
      );
    });

    it('names all variables that are wrong, with their values, and no secret', async () => {
      const { exitCode, stdout, stderr } = await workplace.run(['serve'], {
        PORT: 'abc',
        LOG_LEVEL: 'loud',
        PUBLIC_URL: 'voice.example.com',
        DRAIN_TIMEOUT_MS: '-1',
        TWILIO_AUTH_TOKEN: 'hush',
        DATABASE_URL: 'mysql://user:hush@localhost/db',
      });
      expect([exitCode, stdout]).toEqual([1, '']);
      const [first, ...problems] = stderr.trimEnd().split('\n');
      expect(first).toBe('The configuration has 6 problems:');
      expect(problems).toHaveLength(6);
      for (const [name, value] of [
        ['PORT', 'abc'],
        ['LOG_LEVEL', 'loud'],
        ['PUBLIC_URL', 'voice.example.com'],
        ['DRAIN_TIMEOUT_MS', '-1'],
      ]) {
        expect(stderr).toMatch(new RegExp(`^  ${name} .*, and is "${value}"$`, 'm'));
      }
      expect(stderr).toMatch(/^ {2}TWILIO_AUTH_TOKEN must have at least 32 characters/m);
      expect(stderr).toMatch(/^ {2}DATABASE_URL must be a URL like postgres:/m);
      expect(stderr).not.toContain('hush');
    });

    it('says so when its data directory cannot be one', async () => {
      const DATA_DIR = await workplace.write('a-file', '');
      const { exitCode, stderr } = await workplace.run(['serve'], { DATA_DIR });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /^DATA_DIR .*a-file can't be used \(.*\): name a directory that this user may write\.\n$/,
      );
    });

    it('refuses a directory that cannot be made, and does not try for ever', async () => {
      // Of Node's own making of directories there's no end there.
      const { exitCode, stderr } = await workplace.run(['serve'], { DATA_DIR: '/proc/nope' });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^DATA_DIR \/proc\/nope can't be used \(.*\): name a directory .*\n$/);
    });

    it('begins nothing new for who looks at a ledger, or mends it: a mistyped directory is refused', async () => {
      const DATA_DIR = join(workplace.directory, 'mistyped');
      const file = join(workplace.directory, 'export.jsonl');
      const agent = agentStream('tnt_1', 'agt_1');
      const commands = [
        ['audit', 'trail'],
        ['audit', 'correlation', 'x'],
        ['audit', 'stream', agent],
        ['audit', 'state', agent],
        ['audit', 'diff', agent, '0', '1'],
        ['audit', 'verify'],
        ['audit', 'export', file],
        ['replay', 'call', 'call_1'],
        ['replay', 'export', 'call_1'],
        ['projections', 'status'],
        ['projections', 'rebuild'],
        ['projections', 'promote', 'calls'],
        ['projections', 'drop', 'calls'],
        ['tenants', 'export', 'tnt_1', '--out', file],
      ];
      const refused = {
        exitCode: 1,
        stdout: '',
        stderr: `There is no installation in ${DATA_DIR}: set DATA_DIR to its directory, or DATABASE_URL to its database; "ledgerline serve" starts a new one.\n`,
      };
      for (const args of commands) {
        expect([args, await runHere(workplace, addReaders, args, { DATA_DIR })]).toEqual([args, refused]);
      }
      expect(await workplace.run(['audit', 'trail'], { DATA_DIR })).toEqual(refused);
      expect(await runHere(workplace, addReaders, ['audit', 'key'], { DATA_DIR })).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: `There is no seal key: ${DATA_DIR} has no secrets.json, and SEAL_PRIVATE_KEY isn't set.\n`,
      });
      expect(await readdir(workplace.directory)).not.toContain('mistyped');
    });

    it('starts in production with no secret that is missing, short or well known', async () => {
      const DATA_DIR = join(workplace.directory, 'production');
      const production = { NODE_ENV: 'production', DATA_DIR };
      const [missing, weak] = await Promise.all([
        workplace.run(['serve'], production),
        workplace.run(['serve'], {
          ...production,
          PUBLIC_URL: 'https://voice.example.com',
          LEDGERLINE_MASTER_KEY: 'c2hvcnQ=',
          JWT_KEYS: `main:changeme${'x'.repeat(32)}`,
          TWILIO_AUTH_TOKEN: 'short',
        }),
      ]);
      const required = [
        'LEDGERLINE_MASTER_KEY',
        'LEDGERLINE_INDEX_KEY',
        'SEAL_PRIVATE_KEY',
        'JWT_KEYS',
        'TWILIO_AUTH_TOKEN',
        'PUBLIC_URL',
      ];
      expect(missing).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: `The configuration has 6 problems:\n${required.map((name) => `  ${name} must be set in production\n`).join('')}`,
      });
      expect([weak.exitCode, weak.stdout]).toEqual([1, '']);
      expect(weak.stderr.trimEnd().split('\n').slice(1)).toEqual([
        '  LEDGERLINE_MASTER_KEY must be 32 bytes in base64: openssl rand -base64 32',
        '  JWT_KEYS the secret of "main" is a well-known example: choose one of your own',
        '  TWILIO_AUTH_TOKEN must have at least 32 characters: openssl rand -base64 48',
        '  LEDGERLINE_INDEX_KEY must be set in production',
        '  SEAL_PRIVATE_KEY must be set in production',
      ]);
      // Nothing is generated there.
      expect(await readdir(workplace.directory)).not.toContain('production');
    });

    it('says which variable to look at where nobody listens at DATABASE_URL', async () => {
      const ended = await workplace.run(['projections', 'status'], {
        DATABASE_URL: NOBODY_LISTENS,
        ...testKeyVariables,
      });
      expect(ended).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: "PostgreSQL can't be reached (connect ECONNREFUSED 127.0.0.1:1); check DATABASE_URL.\n",
      });
    });
  });

  describe('with a database', () => {
    let workplace: Workplace;
    let bootstrapped: Ended;
    beforeAll(async () => {
      workplace = await Workplace.openWithDatabase();
      bootstrapped = await bootstrap(workplace, ADMIN.email);
    });
    afterAll(() => workplace.close());

    it('makes a superadmin, once for an e-mail, and none of what is no e-mail', async () => {
      expect(bootstrapped).toMatchObject({ exitCode: 0, stderr: '' });
      expect(bootstrapped.stdout).toMatch(/^admin@example\.com is a superadmin now \(usr_\w+\)\.\n$/);
      const refused = ['Admin@Example.com', 'nonsense'].map((email) => bootstrap(workplace, email));
      expect(await Promise.all(refused)).toEqual(
        [
          'The e-mail Admin@Example.com is already in use.\n',
          'This user can\'t be registered: email "nonsense" is not an e-mail address.\n',
        ].map((stderr) => ({ exitCode: 1, stdout: '', stderr })),
      );
    });

    it('says of a trail that nobody has fed yet that it is empty', async () => {
      const unread = await createTestDatabase();
      try {
        const variables = { DATABASE_URL: unread.url, ...testKeyVariables };
        expect(await runHere(workplace, addReaders, ['audit', 'trail'], variables)).toEqual({
          exitCode: 0,
          stdout: 'The trail is empty yet: "ledgerline serve" fills it with what is in the ledger.\n',
          stderr: '',
        });
      } finally {
        await unread.drop();
      }
    });

    it('makes no ledger in an empty database for who looks at one', async () => {
      const empty = await createEmptyDatabase();
      const client = new pg.Client(empty.url);
      await client.connect();
      try {
        const variables = { DATABASE_URL: empty.url, ...testKeyVariables };
        for (const args of [
          ['audit', 'trail'],
          ['audit', 'verify'],
          ['projections', 'status'],
        ]) {
          expect([args, await runHere(workplace, addReaders, args, variables)]).toEqual([
            args,
            {
              exitCode: 1,
              stdout: '',
              stderr: `There is no ledger in the database "${client.database}": name an installation's by DATABASE_URL or DATA_DIR; "ledgerline serve" makes a new one there.\n`,
            },
          ]);
        }
        const made = "select from pg_namespace where nspname in ('ledger', 'keys', 'ops', 'read')";
        expect((await client.query(made)).rowCount).toBe(0);
      } finally {
        await client.end();
        await empty.drop();
      }
    });

    it('makes no keys for who looks at a ledger', async () => {
      const DATA_DIR = join(workplace.directory, 'mistyped');
      const { exitCode, stdout, stderr } = await workplace.run(['audit', 'trail'], { DATA_DIR });
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toBe(
        `${DATA_DIR} has no secrets.json, and no LEDGERLINE_INDEX_KEY is set: give what the database was made with.\n`,
      );
      expect(await readdir(workplace.directory)).not.toContain('mistyped');
    });

    it('refuses another index key in one sentence, whatever it is asked', async () => {
      const LEDGERLINE_INDEX_KEY = Buffer.alloc(32, 'another').toString('base64');
      for (const args of [['serve'], ['audit', 'trail']]) {
        expect([args, await workplace.run(args, { LEDGERLINE_INDEX_KEY })]).toEqual([
          args,
          {
            exitCode: 1,
            stdout: '',
            stderr:
              "LEDGERLINE_INDEX_KEY isn't the key that this database was made with; give that one, or another DATABASE_URL. Nothing was changed.\n",
          },
        ]);
      }
    });

    describe('has read models:', () => {
      const projections = async (...command: string[]) => {
        const { exitCode, stdout, stderr } = await workplace.run(['projections', ...command]);
        expect([exitCode, stderr]).toEqual([0, '']);
        return stdout.trimEnd().split('\n');
      };
      const names = [
        'tenants',
        'users',
        'agents',
        'numbers',
        'calls',
        'media',
        'latencies',
        'documents',
        'audit',
      ];

      it('shows them, and builds them beside the live ones until they are promoted or dropped', async () => {
        const [header, ...rows] = await projections('status');
        expect(header).toMatch(/^name +tables +state +position +behind +for +batch +left out$/);
        expect(rows[1]).toMatch(/^users +v1 g1 +live +– +2 +\d+\.\d s +– +–$/);
        const held = await projections('rebuild', '--hold');
        expect(held.map((line) => line.split(' ')[0])).toEqual(names);
        for (const line of held) {
          expect(line).toMatch(/^.{12}2 events in .* s, generation 2, beside the live one$/);
        }
        expect(await Promise.all([projections('promote', 'users'), projections('drop', 'agents')])).toEqual([
          ['users       generation 2 is live'],
          ['agents      generation 2 is dropped'],
        ]);
        const [now, nothing] = await Promise.all([
          projections('status'),
          workplace.run(['projections', 'drop', 'agents']),
        ]);
        const statesOf = (name: string) => now.filter((row) => row.startsWith(`${name} `));
        expect(statesOf('users')).toEqual([expect.stringMatching(/^users +v1 g2 +live/)]);
        expect(statesOf('agents')).toEqual([expect.stringMatching(/^agents +v2 g1 +live/)]);
        expect(statesOf('tenants')).toEqual([
          expect.stringMatching(/^tenants +v2 g1 +live/),
          expect.stringMatching(/^tenants +v2 g2 +held +\d+ +0 +0\.0 s/),
        ]);
        expect(nothing).toEqual({
          exitCode: 1,
          stdout: '',
          stderr: 'Projection agents has no generation beside the live one; "rebuild --hold" makes one.\n',
        });
        expect(await workplace.run(['projections', 'rebuild'])).toEqual({
          exitCode: 1,
          stdout: '',
          stderr:
            'Projection tenants has generation 2 held beside the live one; "ledgerline projections promote tenants" switches to it, "… drop tenants" drops it.\n',
        });
        const left = names.filter((name) => name !== 'users' && name !== 'agents');
        expect(await projections('drop')).toEqual(
          left.map((name) => `${name.padEnd(12)}generation 2 is dropped`),
        );
        expect(await workplace.run(['projections', 'promote'])).toEqual({
          exitCode: 1,
          stdout: '',
          stderr: 'No projection has a generation beside the live one; "rebuild --hold" makes one.\n',
        });
      });

      it('drops no version that it does not have', async () => {
        const refusals = {
          x: '--earlier must be a version, as 1, not "x".',
          '0': '--earlier must be a version, as 1, not "0".',
          '1': 'Projection agents has nothing left of version 1.',
          '99': expect.stringMatching(
            /^Projection agents has no earlier version 99; it is at version \d+\.$/,
          ),
        };
        // One after the other: each of them locks the read model.
        for (const [version, sentence] of Object.entries(refusals)) {
          const command = ['projections', 'drop', 'agents', '--earlier', version];
          const { exitCode, stdout, stderr } = await workplace.run(command);
          expect([exitCode, stdout, stderr.trimEnd()]).toEqual([1, '', sentence]);
        }
      });

      it('rebuilds all of them, or one, and prints a line for each', async () => {
        const lines = await projections('rebuild');
        expect(lines.map((line) => line.split(' ')[0])).toEqual(names);
        for (const line of lines) expect(line).toMatch(/^.{12}2 events in \d+\.\d s, generation \d+$/);
        expect(await projections('rebuild', 'users')).toEqual([
          expect.stringMatching(/^users {7}2 events in \d+\.\d s, generation 4$/),
        ]);
      });
    });

    // One after the other: what starts it once serves them all.
    describe('serves:', () => {
      let first: Command;
      let url: string;
      let demo: { readonly email: string; readonly password: string };
      let tenant: TestTenant;
      const callSid = newCallSid();

      beforeAll(async () => {
        // The test would time out before this wait does.
        first = workplace.start(['serve'], { DRAIN_TIMEOUT_MS: '600000' });
        url = await urlOf(first);
        const [, email = '', password = ''] = await first.printed(/Demo login +(\S+) {2}(\S+)\n/);
        demo = { email, password };
        tenant = await createTestTenant(
          { admin: await login(url, ADMIN.email, ADMIN.password), url },
          { greeting: 'Hello.', systemPrompt: 'On Saturday we open at nine.' },
        );
      });

      it('tells how to go on', async () => {
        await first.printed(/Providers +sandbox: no key, .*Keys of real ones go into the environment/);
        await first.printed(/PUBLIC_URL +the https address[\s\S]*TWILIO_AUTH_TOKEN +your account's/);
        await expect(login(url, demo.email, demo.password)).resolves.toBeInstanceOf(ApiClient);
        const secrets = join(workplace.directory, 'secrets.json');
        expect((await stat(secrets)).mode & 0o777).toBe(0o600);
      });

      it('lets in who is made an operator meanwhile', async () => {
        const [email, password] = ['operator@example.com', 'a password that is long'];
        const args = ['bootstrap', 'operator', '--email', email, '--password', password];
        expect(await runHere(workplace, addBootstrapCommands, args)).toEqual({
          exitCode: 0,
          stdout: expect.stringMatching(/^operator@example\.com is an operator now \(usr_\w+\)\.\n$/),
          stderr: '',
        });
        const operator = await login(url, email, password);
        expect((await operator.request(Role)).me).toEqual({ platformRole: 'OPERATOR', tenant: null });
      });

      it('lets the calls under way end before it stops, and tells new callers that it is busy', async () => {
        const secrets = JSON.parse(await readFile(join(workplace.directory, 'secrets.json'), 'utf8'));
        const call = (sid: string, onGreeting: () => void) =>
          placeCall({
            platformUrl: url,
            authToken: secrets.twilioAuthToken,
            callSid: sid,
            from: CALLER,
            to: tenant.number,
            scenario: QUESTION,
            onEvent: ({ type }) => {
              if (type === 'agent_started') onGreeting();
            },
          });

        let report: Promise<CallReport> | undefined;
        await new Promise<void>((greeted) => {
          report = call(callSid, greeted);
        });
        // Twice, as by Ctrl-C under npm: it's one wish.
        first.signal('SIGINT');
        first.signal('SIGINT');
        await until('no new call is taken', async () => {
          const response = await fetch(`${url}/health/ready`);
          return (
            response.status === 503 && ((await response.json()) as { status: string }).status === 'draining'
          );
        });
        const late = await call(newCallSid(), () => undefined);
        expect(late).toMatchObject({
          outcome: 'rejected',
          says: ['All our lines are busy. Please try again in a few minutes. Goodbye.'],
        });

        expect(await report).toMatchObject({
          outcome: 'completed',
          endedBy: 'caller',
          ok: true,
          unanswered: 0,
        });
        expect((await first.ended).exitCode).toBe(0);
      });

      it('begins nothing on an object store that is not its own, until it is told to', async () => {
        const objects = join(workplace.directory, 'objects');
        const audit = (command: string) => runHere(workplace, addReaders, ['audit', command]);
        await rename(objects, `${objects}-unmounted`);
        const refused = {
          exitCode: 1,
          stdout: '',
          stderr: expect.stringMatching(
            `^The object store in ${objects} isn't this database's: .* probably not mounted.*"ledgerline objects adopt".*\n$`,
          ),
        };
        expect(await workplace.run(['serve'], { LOG_LEVEL: 'error' })).toEqual(refused);
        expect(await audit('trail')).toEqual(refused);
        expect(await audit('verify')).toMatchObject({ exitCode: 0, stderr: '' });
        expect(await readdir(workplace.directory)).not.toContain('objects');
        await new StoreMarker(new FileObjectStore(objects)).readOrMake(randomUUID());
        expect(await audit('verify')).toEqual({
          ...refused,
          stderr: expect.stringMatching(
            `^The object store in ${objects} is another installation's: .*"ledgerline objects adopt".*\n$`,
          ),
        });
        expect(await workplace.run(['objects', 'adopt'])).toEqual({
          exitCode: 0,
          stdout: expect.stringContaining(`The object store in ${objects} is this database's from now on.`),
          stderr: '',
        });
        // The next test's platform goes on with it, too.
        expect(await audit('trail')).toMatchObject({ exitCode: 0, stderr: '' });
      });

      it('keeps what it generated, and all that was', async () => {
        const second = workplace.start(['serve']);
        const again = await urlOf(second);
        expect((await second.printed(/Demo login +\S+ {2}(\S+)\n/))[1]).toBe(demo.password);
        await expect(login(again, demo.email, demo.password)).resolves.toBeInstanceOf(ApiClient);
        const client = await login(again, ADMIN.email, ADMIN.password, tenant.tenantId);
        const { call: whole } = await client.request(CallBySid, { callSid });
        expect(whole).toMatchObject({
          status: 'COMPLETED',
          endReason: 'CALLER_HUNG_UP',
          endedBy: 'caller',
          mediaAttempts: 1,
        });
        expect(whole?.turns[1]).toMatchObject({
          callerText: 'Are you open on Saturday?',
          agentHeardText: 'On Saturday we open at nine.',
        });
        const types = whole?.events.nodes.map(({ type }) => type);
        expect(types?.[0]).toBe('CallReceived');
        const last = ['CallEnded', 'CallStatusReported', ...TOLD_AFTERWARDS];
        expect(types?.slice(-last.length).sort()).toEqual(last);
        second.signal('SIGTERM');
        expect((await second.ended).exitCode).toBe(0);
      });

      it('ends with a sentence where its port is taken', async () => {
        const other = createServer().listen(0, '127.0.0.1');
        await once(other, 'listening');
        const { port } = other.address() as AddressInfo;
        try {
          const { exitCode, stdout, stderr } = await workplace.run(['serve'], { PORT: String(port) });
          expect([exitCode, stdout]).toEqual([1, '']);
          expect(stderr).toContain(String(port));
          expect(stderr).toContain('PORT');
          expect(stderr).not.toMatch(STACK);
        } finally {
          other.close();
        }
      });
    });
  });
});
