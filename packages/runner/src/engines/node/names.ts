import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

/**
 * Gives names to the user of the box and to loopback where no file does: a driver whose boxes have users of
 * their own and the files of an image in common has no `/etc/passwd` for each, and Docker lays an
 * empty `/etc/hosts` over that of the image. To programs other than Node both stay numbers.
 */
export function giveNames(home: string): void {
  if (!hasName()) os.userInfo = userInfoOf(home);
  if (!hasHosts()) nameLoopback();
  syncBuiltinESMExports();
}

function hasName(): boolean {
  try {
    return os.userInfo().username !== '';
  } catch {
    return false;
  }
}

function userInfoOf(home: string): typeof os.userInfo {
  const userInfo = (options?: { readonly encoding?: string }): object => {
    const text = (value: string): string | Buffer =>
      options?.encoding === 'buffer' ? Buffer.from(value) : value;
    const [uid = -1, gid = -1] = [process.getuid?.(), process.getgid?.()];
    return { uid, gid, username: text('nobody'), homedir: text(home), shell: text('/bin/false') };
  };
  return userInfo as typeof os.userInfo;
}

function hasHosts(): boolean {
  try {
    return readFileSync('/etc/hosts', 'utf8') !== '';
  } catch {
    return true;
  }
}

/** What asks for an address by one of these names gets the number, which is looked up nowhere. */
function nameLoopback(): void {
  const names = new Set(['localhost', os.hostname()]);
  for (const module of [dns, dns.promises] as { lookup: Lookup }[]) {
    const { lookup } = module;
    const named: Lookup = (name, ...rest) =>
      lookup(names.has(String(name)) ? '127.0.0.1' : name, ...rest);
    module.lookup = Object.defineProperties(named, Object.getOwnPropertyDescriptors(lookup));
  }
}

type Lookup = (name: unknown, ...rest: unknown[]) => unknown;
