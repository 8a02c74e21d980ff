#!/bin/sh
# Boots systemd in a folder with a Debian: boot.sh FOLDER. It has processes, mounts, cgroups and a host name of its
# own, and the network of this machine. The folder becomes the root by pivot_root and not by chroot, in
# which the kernel lets nobody make user namespaces.
set -eu
exec unshare --mount --pid --fork --kill-child --cgroup --ipc --uts --propagation private sh -euc '
  mount --bind "$1" "$1"; cd "$1"
  mount -t proc proc proc; mount -t sysfs -o ro sysfs sys
  for each in run tmp dev; do mount -t tmpfs -o mode=755 tmpfs $each; done
  chmod 1777 tmp; mkdir dev/shm dev/pts
  for each in null zero full random urandom tty; do : > dev/$each; mount --bind /dev/$each dev/$each; done
  mount -t tmpfs tmpfs dev/shm; mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
  ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  mkdir -p .old; pivot_root . .old; umount -l .old
  exec env -i container=castellan PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd systemd.unified_cgroup_hierarchy=1
' sh "$1"
