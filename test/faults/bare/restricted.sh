#!/bin/sh
# Runs a command as Ubuntu would with its restriction of user namespaces: restricted.sh FOLDER COMMAND….
# In a chroot the kernel refuses them, too; the setting that says why is one of AppArmor, so a file stands in
# for it where the kernel has no AppArmor.
set -eu
exec unshare --mount --pid --fork --propagation private sh -euc '
  cd "$1"; shift
  mount -t proc proc proc; mount --rbind /sys sys; mount --rbind /dev dev
  mount -t tmpfs tmpfs proc/sys/kernel
  echo 1 > proc/sys/kernel/apparmor_restrict_unprivileged_userns
  for each in overflowuid overflowgid; do echo 65534 > proc/sys/kernel/$each; done
  exec chroot . "$@"' sh "$@"
