import { type Command, Option } from 'commander';
import type { PlatformRole } from '../domain/user/events.js';

interface BootstrapOptions {
  readonly email?: string;
  readonly password?: string;
  readonly name: string;
}

/** `ledgerline bootstrap …`: those with a role on the platform, whom nobody makes through the API. */
export const addBootstrapCommands = (program: Command): void => {
  const bootstrap = program.command('bootstrap').description('make what nobody could make through the API');
  addRole(bootstrap, 'SUPERADMIN', 'make a superadmin', 'Super Admin');
  addRole(
    bootstrap,
    'OPERATOR',
    'make an operator, who audits all tenants and operates the read models',
    'Platform Operator',
  );
};

/** The variables begin with the role. What is in them isn't shown by `--help`. */
const addRole = (bootstrap: Command, role: PlatformRole, description: string, defaultName: string): void => {
  const command = role.toLowerCase();
  bootstrap
    .command(command)
    .description(`${description}; each option may stand in the environment instead`)
    .addOption(new Option('--email <email>').env(`${role}_EMAIL`))
    .addOption(new Option('--password <password>', '8 characters or more').env(`${role}_PASSWORD`))
    .addOption(new Option('--name <name>', 'first and last').env(`${role}_NAME`).default(defaultName))
    .action(async ({ email, password, name }: BootstrapOptions) => {
      if (!email || !password) return bootstrap.error(`bootstrap ${command} needs --email and --password.`);
      const [firstName = '', ...rest] = name.split(' ');
      const { bootstrapUser } = await import('./bootstrap.js');
      await bootstrapUser({ email, password, firstName, lastName: rest.join(' '), platformRole: role });
    });
};
