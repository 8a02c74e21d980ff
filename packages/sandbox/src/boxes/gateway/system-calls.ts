import {
  isolateTable,
  rows,
  type SyscallRow,
  type SyscallTable,
} from '../../walls/seccomp/table.ts';

/** MSG_DONTWAIT and MSG_NOSIGNAL. No TCP fast open, urgent data or zero-copy sends. */
const plainFlags = 0x4040n;

const flags = { index: 3, mask: ~plainFlags & 0xffff_ffff_ffff_ffffn, oneOf: [0n] } as const;

const sockets: readonly SyscallRow[] = [
  {
    name: 'socket',
    number: 41,
    action: 'allow',
    // AF_INET AF_INET6. The network is the machine's: AF_UNIX would reach abstract sockets there,
    // AF_NETLINK and AF_PACKET the network interfaces.
    when: { index: 0, oneOf: [2n, 10n] },
    // SOCK_STREAM SOCK_DGRAM, under the flags that go with a type, and their usual protocol.
    and: [
      { index: 1, mask: 0xfn, oneOf: [1n, 2n] },
      { index: 2, oneOf: [0n] },
    ],
  },
  ...rows('allow', { connect: 42, shutdown: 48, getsockname: 51, getpeername: 52 }),
  { name: 'sendto', number: 44, action: 'allow', when: flags },
  { name: 'recvfrom', number: 45, action: 'allow', when: flags },
  {
    name: 'setsockopt',
    number: 54,
    action: 'allow',
    when: { index: 1, oneOf: [6n] },
    // TCP_NODELAY
    and: [{ index: 2, oneOf: [1n] }],
  },
  {
    name: 'getsockopt',
    number: 55,
    action: 'allow',
    when: { index: 1, oneOf: [1n] },
    // SO_TYPE SO_ERROR
    and: [{ index: 2, oneOf: [3n, 4n] }],
  },
];

/**
 * The gateway: the calls of the isolate engine, and client sockets. It cannot listen or pass
 * descriptors, and may set only the socket options that it uses.
 */
export const gatewayTable: SyscallTable = {
  ...isolateTable,
  rows: [...isolateTable.rows, ...sockets],
};
