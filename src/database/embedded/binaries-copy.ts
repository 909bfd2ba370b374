import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { isThere, systemCode } from './files.js';

/** Of `pg-symlinks.json`: both paths start at the package. */
const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const Manifest = z.object({ version: z.string() });

/**
 * Makes the links between the versions of each shared library, which an npm package can't hold: the package's
 * install script makes them, and npm may have been told not to run it. Throws where we may not write. (On Windows
 * there are none.)
 */
export async function linkLibraries(root: string): Promise<void> {
  const list = join(root, 'pg-symlinks.json');
  if (!(await isThere(list))) return;
  for (const { source, target } of Links.parse(JSON.parse(await readFile(list, 'utf8')))) {
    const link = join(root, '..', target);
    if (await isThere(link)) continue;
    await symlink(relative(dirname(link), join(root, '..', source)), link).catch((error) => {
      if (systemCode(error) !== 'EEXIST') throw error; // another process was faster
    });
  }
}

/**
 * Copies the installation to `<home>/binaries-<version>/native`, readable by all, and returns that path. The name
 * appears when the copy is complete; one that is there is used as it is. Only called while no server runs from
 * `home`, so an older version's copy is removed.
 */
export async function copyBinaries(packaged: string, home: string): Promise<string> {
  const manifest = await readFile(join(packaged, '..', 'package.json'), 'utf8');
  const name = `binaries-${Manifest.parse(JSON.parse(manifest)).version}`;
  if (await isThere(join(home, name))) return join(home, name, 'native');
  for (const entry of await readdir(home)) {
    if (entry.startsWith('binaries-')) await rm(join(home, entry), { recursive: true, force: true });
  }
  const unfinished = await mkdtemp(join(home, 'binaries-new-'));
  const root = join(unfinished, 'native');
  await cp(packaged, root, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(root);
  await chmod(unfinished, 0o755);
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
  await rename(unfinished, join(home, name));
  return join(home, name, 'native');
}
