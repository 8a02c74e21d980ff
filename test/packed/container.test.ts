// The pieces of the service's container say the same: guide, compose file, Containerfile and security context.
// What they come to in a real container is tested in test/faults/container.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { runFlags } from './container.support.ts';

const root = join(import.meta.dirname, '../..');
const text = (file: string): string => readFileSync(join(root, file), 'utf8');
const folder = 'deploy/container';

/** What the compose file has for a flag of `docker run`. */
const inCompose: Readonly<Record<string, (value: string) => object>> = {
  '--restart': (restart) => ({ restart }),
  '--read-only': () => ({ read_only: true }),
  '--cap-drop': (value) => ({ cap_drop: [value] }),
  '--security-opt': (value) => ({ security_opt: [value.replace(folder, '.')] }),
  '--tmpfs': (value) => ({ tmpfs: [value] }),
  '--memory': (value) => ({ mem_limit: value }),
  '--memory-swap': (value) => ({ memswap_limit: value }),
  '--pids-limit': (value) => ({ pids_limit: Number(value) }),
  '--stop-timeout': (value) => ({ stop_grace_period: `${value}s` }),
  '--volume': (value) => ({ volumes: [value.replace('castellan-', '')] }),
  '--publish': (value) => ({ ports: [value] }),
};

test('the compose file says what the flags of the guide say, and nothing else', () => {
  const expected: Record<string, unknown> = { image: 'castellan' };
  for (const flag of runFlags()) {
    const [name = '', value = ''] = flag.split(' ');
    if (name === '--detach' || name === '--name') continue;
    const said = inCompose[name]?.(value) ?? assert.fail(`the compose file cannot say ${flag}`);
    for (const [key, each] of Object.entries(said)) {
      const before = expected[key];
      expected[key] = Array.isArray(before)
        ? [...(before as unknown[]), ...(each as unknown[])]
        : each;
    }
  }
  const compose = parse(text(`${folder}/compose.yaml`)) as Compose;
  assert.deepEqual(compose, { services: { castellan: expected }, volumes: { data: null } });
});

interface Compose {
  readonly services: Readonly<Record<string, object>>;
}

test('no flag of the guide takes a wall down that need not be', () => {
  for (const flag of runFlags()) {
    assert.doesNotMatch(flag, /privileged|cap-add|docker\.sock|seccomp=unconfined|--user/);
  }
});

test('the image and the security context have the same user, who is not root', () => {
  const [, user] = /^USER (\d+:\d+)$/m.exec(text(`${folder}/Containerfile`)) ?? [];
  assert.equal(user, '10001:10001');
  const [, block = ''] = /```yaml\n([^]*?)```/.exec(text('docs/operations/container.md')) ?? [];
  const { spec } = parse(block) as { readonly spec: PodSpec };
  const { runAsNonRoot, runAsUser, runAsGroup } = spec.securityContext;
  assert.deepEqual([runAsNonRoot, [runAsUser, runAsGroup].join(':')], [true, user]);
  assert.equal(spec.hostUsers, false);
  assert.deepEqual(spec.containers[0]?.securityContext, {
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: true,
    procMount: 'Unmasked',
    capabilities: { drop: ['ALL'] },
  });
});

interface PodSpec {
  readonly hostUsers: boolean;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly { readonly securityContext: object }[];
}

test('the filter is read by Docker: names and numbers of one architecture, and denied by default', () => {
  const profile = JSON.parse(text(`${folder}/seccomp.json`)) as {
    readonly defaultAction: string;
    readonly architectures: readonly string[];
    readonly syscalls: readonly { readonly names: readonly string[]; readonly action: string }[];
  };
  assert.equal(profile.defaultAction, 'SCMP_ACT_ERRNO');
  assert.deepEqual(profile.architectures, ['SCMP_ARCH_X86_64']);
  const allowed = profile.syscalls.filter(({ action }) => action === 'SCMP_ACT_ALLOW');
  assert.ok(allowed.some(({ names }) => names.includes('unshare') && names.includes('mount')));
  assert.ok(!profile.syscalls.some(({ names }) => names.includes('ptrace')));
});
