/**
 * The arguments of bubblewrap that all boxes share: own namespaces, the identity of nobody, no
 * capabilities, an empty environment, and an end together with the launcher.
 */
export function isolationArguments(hostname: string): readonly string[] {
  return [
    '--unshare-user',
    '--unshare-pid',
    '--unshare-ipc',
    '--unshare-uts',
    '--unshare-cgroup',
    '--uid',
    '65534',
    '--gid',
    '65534',
    '--cap-drop',
    'ALL',
    '--new-session',
    '--die-with-parent',
    '--hostname',
    hostname,
    '--clearenv',
  ];
}

/** For boxes with a single process that must not create user namespaces. */
export const singleProcess: readonly string[] = ['--disable-userns', '--as-pid-1'];
