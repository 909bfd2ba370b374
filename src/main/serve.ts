import { reasonOf } from '../domain/errors.js';
import { ensureDemoLogin } from './demo-login.js';
import { openInstallation } from './installation.js';
import { onInterrupt } from './interrupt.js';
import type { Role } from './roles.js';
import { welcomeText } from './welcome.js';

/** `ledgerline serve`: runs until it's told to stop; a second signal doesn't wait. */
export const serve = async (roles: ReadonlySet<Role>): Promise<void> => {
  const installation = await openInstallation(process.env);
  // The whole platform takes a second to load: a configuration that's refused doesn't wait for it.
  const { run } = await import('./run.js');
  const running = await run(installation, roles);
  const { platform, storage, providers } = running;
  const { environment, secrets } = installation;
  const demoPassword = environment.NODE_ENV === 'production' ? null : secrets.demoPassword;
  if (demoPassword !== null) await ensureDemoLogin(platform.users, demoPassword);
  const { url, publicUrl } = platform;
  const text = welcomeText({
    url,
    publicUrl,
    storage: storage.description,
    demoPassword,
    providers,
    environment,
  });
  process.stdout.write(text);

  onInterrupt((signal) => {
    installation.logger.info({ signal }, 'Stopping.');
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        installation.logger.error({ error: reasonOf(error) }, 'The stop failed.');
        process.exit(1);
      },
    );
  });
};
