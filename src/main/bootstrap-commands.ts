import type { Command } from 'commander';
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

/** The variables begin with the role. */
const addRole = (bootstrap: Command, role: PlatformRole, description: string, defaultName: string): void => {
  const command = role.toLowerCase();
  const given = (option: string): string | undefined => process.env[`${role}_${option}`];
  bootstrap
    .command(command)
    .description(`${description}; each option may stand in the environment instead`)
    .option('--email <email>', `${role}_EMAIL`, given('EMAIL'))
    .option('--password <password>', `${role}_PASSWORD: 8 characters or more`, given('PASSWORD'))
    .option('--name <name>', `${role}_NAME: first and last`, given('NAME') ?? defaultName)
    .action(async ({ email, password, name }: BootstrapOptions) => {
      if (!email || !password) return bootstrap.error(`bootstrap ${command} needs --email and --password.`);
      const [firstName = '', ...rest] = name.split(' ');
      const { bootstrapUser } = await import('./bootstrap.js');
      await bootstrapUser({ email, password, firstName, lastName: rest.join(' '), platformRole: role });
    });
};
