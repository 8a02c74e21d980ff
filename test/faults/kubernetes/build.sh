#!/bin/sh
# Compiles the Kubernetes of Debian's source package: build.sh FOLDER. Its API server and its controllers, and
# Debian's etcd, lie in the folder then. Takes root, debootstrap, the network, 4 GB and ten minutes or so; the system
# that it is compiled in is removed.
set -eu
umask 022
folder=$1
work=$(mktemp -d "$folder/making-XXXXXX")
trap 'rm -rf "$work"' EXIT
system=$work/debian
debootstrap --variant=minbase --include=golang-go,dpkg-dev,etcd-server,ca-certificates bookworm "$system"
cat > "$system/compile.sh" <<'INSIDE'
set -eu
sed 's/^deb /deb-src /' /etc/apt/sources.list > /etc/apt/sources.list.d/sources.list
apt-get update
mkdir -p /go/src/k8s.io /made
cd /go/src/k8s.io
apt-get source --download-only kubernetes
dpkg-source --no-check -x kubernetes_*.dsc kubernetes
cd kubernetes
export GOPATH=/go GO111MODULE=off CGO_ENABLED=0
# The one generated file that the source does not have: the types of all groups, as the server publishes them.
go build -o /openapi-gen ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
types=$(grep -rl --include='*.go' '+k8s:openapi-gen=' staging/src/k8s.io pkg vendor/k8s.io | grep -v _test.go |
  xargs -n1 dirname | sed 's,^staging/src/,,; s,^vendor/,,; s,^pkg/,k8s.io/kubernetes/pkg/,' | sort -u | paste -sd,)
/openapi-gen --logtostderr -i "$types" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
  -h hack/boilerplate/boilerplate.generatego.txt -r /dev/null
go build -trimpath -o /made/ ./cmd/kube-apiserver ./cmd/kube-controller-manager
cp /usr/bin/etcd /made/
INSIDE
unshare --mount --propagation private sh -euc '
  mount -t proc proc "$1/proc"
  exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive chroot "$1" sh /compile.sh
' sh "$system"
# Whole or not at all.
mv "$system/made" "$folder/programs"
