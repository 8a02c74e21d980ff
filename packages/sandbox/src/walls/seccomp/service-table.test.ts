import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gatewayTable } from '../../boxes/gateway/system-calls.ts';
import { compileFilter } from './bpf.ts';
import { verdict } from './fixtures/kernel.ts';
import { runnerTable } from './lock-table.ts';
import { nodeTable } from './node-table.ts';
import { serviceTable } from './service-table.ts';

const program = compileFilter(serviceTable);

describe('serviceTable', () => {
  it('names each call and number once', () => {
    const { rows } = serviceTable;
    assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
    assert.equal(new Set(rows.map(({ number }) => number)).size, rows.length);
  });

  it('allows whatever the filter of a box allows, sockets by their family', () => {
    for (const table of [runnerTable, nodeTable(true), gatewayTable]) {
      for (const { name, number, action } of table.rows) {
        if (action !== 'allow' || name === 'socket') continue;
        assert.equal(verdict(program, number), 'allow', name);
      }
    }
    for (const family of [1n, 2n, 10n, 16n]) assert.equal(verdict(program, 41, [family]), 'allow');
    // AF_PACKET AF_ALG AF_VSOCK
    for (const family of [17n, 38n, 40n]) assert.equal(verdict(program, 41, [family]), 'enosys');
  });

  it('allows what boxes, and the sandbox of Chromium in one, are built by', () => {
    const building = { clone: 56, unshare: 272, mount: 165, umount2: 166, pivot_root: 155 };
    const others = { chroot: 161, sethostname: 170, capset: 126, seccomp: 317 };
    for (const [name, number] of Object.entries({ ...building, ...others })) {
      assert.equal(verdict(program, number), 'allow', name);
    }
  });

  it('lets nobody look into processes, load code into the kernel or change the machine', () => {
    const processes = { ptrace: 101, process_vm_readv: 310, process_vm_writev: 311, kcmp: 312 };
    const kernel = { bpf: 321, init_module: 175, finit_module: 313, kexec_load: 246 };
    const more = { kexec_file_load: 320, userfaultfd: 323, perf_event_open: 298, setns: 308 };
    const keys = { add_key: 248, request_key: 249, keyctl: 250, io_uring_setup: 425 };
    const machine = { reboot: 169, settimeofday: 164, clock_settime: 227, swapon: 167, acct: 163 };
    const files = { open_by_handle_at: 304, mknod: 133, mknodat: 259, fanotify_init: 300 };
    const old = { modify_ldt: 154, personality: 135, iopl: 172, ioperm: 173, syslog: 103 };
    const all = { ...processes, ...kernel, ...more, ...keys, ...machine, ...files, ...old };
    for (const [name, number] of Object.entries(all)) {
      assert.equal(verdict(program, number), 'enosys', name);
    }
  });

  const header = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h';
  it(
    'numbers the calls as the kernel header does',
    { skip: existsSync(header) ? false : 'needs linux-libc-dev' },
    () => {
      const text = readFileSync(header, 'utf8');
      const numbers = new Map(
        [...text.matchAll(/^#define __NR_(\w+) (\d+)$/gm)].map(([, name, number]) => [
          name,
          Number(number),
        ]),
      );
      const newest = Math.max(...numbers.values());
      for (const { name, number } of serviceTable.rows) {
        // An older header does not know the newest calls.
        if (numbers.has(name)) assert.equal(numbers.get(name), number, name);
        else assert.ok(number > newest, name);
      }
    },
  );
});
