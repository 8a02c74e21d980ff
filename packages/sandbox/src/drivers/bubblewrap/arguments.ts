/**
 * bubblewrap's arguments for what all boxes have: namespaces of their own, nobody's identity, no
 * rights, nothing of the environment, and an end together with the launcher.
 */
export function isolationArguments(hostname: string): readonly string[] {
  return [
    ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup'],
    ...['--uid', '65534', '--gid', '65534', '--cap-drop', 'ALL'],
    ...['--new-session', '--die-with-parent', '--hostname', hostname, '--clearenv'],
  ];
}

/** For boxes of one process, which makes no user namespace. */
export const singleProcess: readonly string[] = ['--disable-userns', '--as-pid-1'];
