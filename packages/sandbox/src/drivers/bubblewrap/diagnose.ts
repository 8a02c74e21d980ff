import { readFileSync } from 'node:fs';
import type { Diagnosis } from '../driver.ts';

const install = 'apt-get install bubblewrap util-linux';

export const missingTool = (name: string): Diagnosis => ({
  detail: `The program ${name} was not found.`,
  fix: install,
});

/** Derives from the standard error of a box that did not start what is missing on this machine. */
export function diagnose(lastWords: string, sysctl = readSysctl): Diagnosis {
  const said = lastWords.trim().split('\n')[0]?.slice(0, 300) ?? '';
  if (/SECCOMP/i.test(said)) {
    return {
      detail: `The kernel takes no system call filter: ${said}`,
      fix: 'Use a kernel with CONFIG_SECCOMP_FILTER=y; in a container, a seccomp profile that allows prctl and seccomp.',
    };
  }
  if (
    /namespace|uid map|gid map|userns|max_user_namespaces|loopback|Operation not permitted/i.test(
      said,
    )
  ) {
    return { detail: `User namespaces cannot be made: ${said}`, fix: namespaceFix(sysctl) };
  }
  return {
    detail: said === '' ? 'The box ended without a word.' : `The box did not start: ${said}`,
    fix: null,
  };
}

function namespaceFix(sysctl: (name: string) => string | undefined): string {
  if (sysctl('user/max_user_namespaces') === '0') return 'sysctl -w user.max_user_namespaces=15000';
  if (sysctl('kernel/unprivileged_userns_clone') === '0') {
    return 'sysctl -w kernel.unprivileged_userns_clone=1';
  }
  if (sysctl('kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile with "userns," for bwrap';
  }
  return 'In a container, a seccomp profile that allows clone, unshare, mount, umount2 and pivot_root, and no AppArmor profile that denies mounts. In a service of systemd, the settings of examples/service/castellan.service.';
}

function readSysctl(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name}`, 'latin1').trim();
  } catch {
    return undefined;
  }
}
