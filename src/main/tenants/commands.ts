import type { Command } from 'commander';
import type { ExportTenantOptions } from './export.js';

/** `ledgerline tenants …`: moves a tenant from one installation to another. */
export const addTenantCommands = (program: Command): void => {
  const tenants = program.command('tenants').description('a whole tenant, from one installation to another');
  tenants
    .command('export')
    .argument('<tenantId>')
    .requiredOption('--out <file>', 'a new file: everything is in it in plain text')
    .description('write all that is of a tenant into a file')
    .option('--no-files', "without recordings, traces and documents' files")
    .action(async (tenantId: string, options: ExportTenantOptions) =>
      (await import('./export.js')).exportTenant(tenantId, options),
    );
  tenants
    .command('import')
    .argument('<file>', 'as "tenants export" wrote it')
    .description('make the tenant of a file, encrypted with the keys of this installation')
    .action(async (file: string) => (await import('./import.js')).importTenantFile(file));
};
