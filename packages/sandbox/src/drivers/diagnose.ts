import { type Confinement, confinement } from '../walls/confinement.ts';
import type { Diagnosis } from './driver.ts';

const install = 'apt-get install bubblewrap util-linux';

export const missingTool = (name: string): Diagnosis => ({
  detail: `The program ${name} was not found.`,
  fix: install,
});

/** What a box that was not built said, and what it means on a machine with that confinement. */
interface Cause {
  readonly said: RegExp;
  readonly holds?: (here: Confinement) => boolean;
  readonly detail: (here: Confinement) => string;
  readonly fix: string;
}

const needsNamespaces =
  /namespace|uid_?\s?map|gid_?\s?map|setgroups|userns|loopback|not permitted/i;
const cannotBeMade = (): string => 'User namespaces cannot be made';
const setting =
  (name: string, value: string): NonNullable<Cause['holds']> =>
  ({ sysctl }) =>
    sysctl(name) === value;

/** The first that applies counts: what is certain stands before what is likely. */
const causes: readonly Cause[] = [
  {
    said: /SECCOMP/i,
    detail: () => 'The kernel takes no system call filter',
    fix: 'Use a kernel with CONFIG_SECCOMP_FILTER=y; in a container, a seccomp profile that allows prctl and seccomp.',
  },
  {
    said: /Can't mount proc/i,
    detail: () =>
      'A box can have no /proc of its own, since parts of the one here are masked, as in containers',
    fix: 'docker run --security-opt systempaths=unconfined; on Kubernetes, securityContext.procMount: Unmasked with hostUsers: false.',
  },
  {
    said: needsNamespaces,
    holds: setting('user/max_user_namespaces', '0'),
    detail: cannotBeMade,
    fix: 'sysctl -w user.max_user_namespaces=15000',
  },
  {
    said: needsNamespaces,
    holds: setting('kernel/unprivileged_userns_clone', '0'),
    detail: cannotBeMade,
    fix: 'sysctl -w kernel.unprivileged_userns_clone=1',
  },
  {
    said: /uid_?\s?map|gid_?\s?map/i,
    holds: ({ isRoot, hasSetfcap }) => isRoot && !hasSetfcap,
    detail: () =>
      'User namespaces cannot be made by a root without CAP_SETFCAP, which the kernel wants from whoever maps root',
    fix: 'Run Castellan as an ordinary user (docker run --user 1000), or give root that capability (docker run --cap-add SETFCAP).',
  },
  {
    said: /Permission denied/i,
    holds: ({ appArmor }) => appArmor !== undefined,
    detail: ({ appArmor }) => `AppArmor's profile ${appArmor} forbids what a box is built with`,
    fix: 'docker run --security-opt apparmor=unconfined, or a profile with "userns, mount, umount, pivot_root," for Castellan.',
  },
  {
    said: /Permission denied|not permitted/i,
    holds: setting('kernel/apparmor_restrict_unprivileged_userns', '1'),
    detail: () => 'AppArmor gives user namespaces of ordinary users no rights',
    fix: 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile with "userns," for bwrap',
  },
  {
    said: needsNamespaces,
    holds: ({ isFiltered }) => isFiltered,
    detail: () =>
      "User namespaces cannot be made: a system call filter of this process's own forbids it",
    fix: 'In a container, a seccomp profile that allows clone, unshare, mount, umount2 and pivot_root (docker run --security-opt seccomp=FILE). In a service of systemd, the settings of deploy/systemd/castellan.service.',
  },
  {
    said: needsNamespaces,
    detail: cannotBeMade,
    fix: 'In a container, no AppArmor or SELinux profile that denies user namespaces and mounts, and a user other than root. In a service of systemd, the settings of deploy/systemd/castellan.service.',
  },
];

/** Derives from the standard error of a box that did not start what is missing on this machine. */
export function diagnose(lastWords: string, here: Confinement = confinement()): Diagnosis {
  const said = lastWords.trim().split('\n')[0]?.slice(0, 300) ?? '';
  if (said === '') return { detail: 'The box ended without a word.', fix: null };
  const cause = causes.find((each) => each.said.test(said) && (each.holds?.(here) ?? true));
  if (cause === undefined) return { detail: `The box did not start: ${said}`, fix: null };
  return { detail: `${cause.detail(here)}: ${said}`, fix: cause.fix };
}
