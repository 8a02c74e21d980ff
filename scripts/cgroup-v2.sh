#!/bin/sh
# A virtual machine with Debian 12, systemd and cgroup v2, for the tests that a machine with v1 has to skip.
# Needs root, about 3 GB, and: apt-get install --no-install-recommends qemu-system-x86 debootstrap e2fsprogs openssh-client
#
#   scripts/cgroup-v2.sh build             makes the image, with this checkout in /srv/castellan
#   scripts/cgroup-v2.sh boot              starts it and waits until it answers
#   scripts/cgroup-v2.sh copy              brings what has changed since: sources and dist
#   scripts/cgroup-v2.sh run USER COMMAND  as root, or as ann, who is an ordinary user
#   scripts/cgroup-v2.sh test [FILE...]    runs the suites of cgroups, boxes and attacks, or those files, and writes
#                                          test/attacks/outcomes-cgroup-v2.md; hours on a busy machine
#   scripts/cgroup-v2.sh stop
#
# Without /dev/kvm everything takes ten to twenty times as long: run one test file at a time, and expect
# tests to fail whose clocks are too short for that.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
folder=${CGROUP_V2_FOLDER:-/tmp/castellan-cgroup-v2}
port=${CGROUP_V2_PORT:-7922}
packages=systemd,systemd-sysv,libpam-systemd,dbus,dbus-user-session,linux-image-cloud-amd64,initramfs-tools
packages=$packages,openssh-server,bubblewrap,procps,iproute2,ca-certificates,kmod,udev,libstdc++6,libatomic1,curl,jq
packages=$packages,gcc,libc6-dev,crun,runc
# The suites, those first that are about cgroups alone; and how many times slower than usual it may be.
tests='packages/sandbox/src/walls/cgroup packages/sandbox/src/drivers/conformance.test.ts packages/sandbox/src/drivers/oci
  test/attacks/processors.test.ts test/attacks/exhaustion.test.ts test/attacks/node-engine-use.test.ts
  packages/sandbox/src/boxes/gateway/cgroup.test.ts test/attacks/node-engine.test.ts
  test/attacks/node-engine-bare.test.ts test/attacks/attacks.test.ts test/attacks/drivers.test.ts'
patience=${CGROUP_V2_PATIENCE:-10}

in_guest() {
  user=$1
  shift
  ssh -q -i "$folder/key" -p "$port" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
    -o ConnectTimeout=60 "$user@127.0.0.1" "$@"
}

build() {
  guest=$folder/root
  mkdir -p "$folder"
  debootstrap --variant=minbase --include="$packages" bookworm "$guest" ${CGROUP_V2_MIRROR:+"$CGROUP_V2_MIRROR"}
  [ -e "$folder/key" ] || ssh-keygen -q -t ed25519 -N '' -f "$folder/key"
  chroot "$guest" useradd -m -s /bin/bash ann
  for home in root home/ann; do
    mkdir -p "$guest/$home/.ssh"
    cp "$folder/key.pub" "$guest/$home/.ssh/authorized_keys"
  done
  chroot "$guest" chown -R ann:ann /home/ann
  echo '/dev/vda / ext4 defaults 0 1' > "$guest/etc/fstab"
  printf '[Match]\nName=e*\n[Network]\nAddress=10.0.2.15/24\n' > "$guest/etc/systemd/network/e.network"
  chroot "$guest" systemctl enable systemd-networkd ssh
  printf 'virtio_blk\nvirtio_pci\next4\n' >> "$guest/etc/initramfs-tools/modules"
  mount -t proc proc "$guest/proc"
  chroot "$guest" update-initramfs -u || true
  umount "$guest/proc"
  mkdir -p "$guest/srv/castellan"
  touch "$folder/copied"
  tar c -C "$root" --exclude=.git . | tar x -C "$guest/srv/castellan" --no-same-owner
  chmod 755 "$guest/srv/castellan"
  ln -s /srv/castellan/node_modules/node/bin/node "$guest/usr/local/bin/node"
  ln -s /srv/castellan/packages/cli/dist/castellan.js "$guest/usr/local/bin/castellan"
  cp "$guest"/boot/vmlinuz-* "$folder/vmlinuz"
  cp "$guest"/boot/initrd.img-* "$folder/initrd"
  truncate -s 6G "$folder/disk"
  mkfs.ext4 -q -F -d "$guest" "$folder/disk"
  rm -rf "$guest"
}

boot() {
  accelerator=tcg,thread=multi
  [ -w /dev/kvm ] && grep -qE 'vmx|svm' /proc/cpuinfo && accelerator=kvm
  nice -n 10 qemu-system-x86_64 -accel "$accelerator" -cpu max -smp 2 -m 3072 -display none -no-reboot \
    -serial "file:$folder/console" -daemonize -pidfile "$folder/pid" -kernel "$folder/vmlinuz" -initrd "$folder/initrd" \
    -append 'root=/dev/vda rw console=ttyS0 quiet systemd.unified_cgroup_hierarchy=1' \
    -drive "file=$folder/disk,format=raw,if=virtio,cache=unsafe" -device virtio-net-pci,netdev=n \
    -netdev "user,id=n,restrict=on,hostfwd=tcp:127.0.0.1:$port-:22"
  tries=0
  until in_guest root 'uname -r; cat /sys/fs/cgroup/cgroup.controllers'; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || { tail "$folder/console"; exit 1; }
    sleep 2
  done
}

copy() {
  cd "$root"
  touch "$folder/copying"
  { git ls-files; git ls-files -o --exclude-standard; find packages/*/dist -type f; } | sort -u |
    while read -r file; do [ ! "$file" -nt "$folder/copied" ] || echo "$file"; done |
    tar c -z -T - | in_guest root 'tar x -z -C /srv/castellan --no-same-owner'
  mv "$folder/copying" "$folder/copied"
}

# Each file by itself, as scripts/test.ts runs it: what it said is kept, so that a table can be made of what is there.
suites() {
  results=$folder/results
  mkdir -p "$results"
  in_guest root 'uname -r; systemctl --version | head -n 1; cat /sys/fs/cgroup/cgroup.controllers' > "$results/machine"
  for file in ${*:-$tests}; do
    log=$results/$(echo "$file" | tr / _).log
    rm -f "$log"
    in_guest root "cd /srv/castellan && CASTELLAN_TEST_PATIENCE=$patience CASTELLAN_BOX_START_MS=$((15000 * patience)) node scripts/test.ts $file" > "$log.part" || true
    mv "$log.part" "$log"
    tail -n 1 "$log"
    node "$root/scripts/cgroup-v2-table.ts" "$results"
  done
}

case ${1:-} in
  build) build ;;
  boot) boot ;;
  copy) copy ;;
  run) shift && in_guest "$@" ;;
  test) shift && suites "$@" ;;
  stop) in_guest root poweroff || true ;;
  *) sed -n '2,15s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
