// The chart as Helm renders it: what the schemas of Kubernetes say of it, which walls its pods have, and what it refuses.
// Whether a real API server takes it is tested in test/faults/kubernetes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { chart, helmTemplate, least, type Manifest, program, render } from './helm.support.ts';
import { type Container, matches, podsOf, type Policy, type Selecting } from './pods.support.ts';
import { unknownFields, validate } from './schemas.support.ts';

const root = join(import.meta.dirname, '../..');
const monitoring = { serviceMonitor: true, rules: true, board: true, labels: { release: 'p' } };
const keda = { enabled: true, prometheus: 'http://prometheus:9090' };

/** What an operator may ask for. */
const asked: Readonly<Record<string, object>> = {
  'the least': least,
  everything: {
    artifacts: { ...least.artifacts, endpoint: 'https://s3.example', secret: 'bucket' },
    monitoring,
    image: { digest: `sha256:${'0'.repeat(64)}`, pullSecrets: ['registry'] },
    api: {
      drainSeconds: 600,
      podAnnotations: { a: 'b' },
      env: [{ name: 'CASTELLAN_MAX_QUEUED', value: '10' }],
    },
    workers: {
      keda,
      runtimeClassName: 'gvisor',
      policies: ['default'],
      labels: { zone: 'eu' },
      nodeSelector: { boxes: 'true' },
      tolerations: [{ key: 'boxes', operator: 'Exists', effect: 'NoSchedule' }],
    },
    networkPolicy: {
      clients: [{ podSelector: { matchLabels: { shop: 'true' } } }],
      storage: [{ to: [{ ipBlock: { cidr: '10.0.0.5/32' } }], ports: [{ port: 5432 }] }],
    },
  },
  'a claim, and scaling by processor time': {
    artifacts: { claim: 'artifacts' },
    workers: { autoscaling: { enabled: true } },
    walls: { hostUsers: null },
  },
  'no workers': { ...least, workers: { enabled: false } },
};
const rendered = new Map<string, readonly Manifest[]>();
for (const [name, values] of Object.entries(asked)) rendered.set(name, await render(values));
const of = (name: string): readonly Manifest[] => rendered.get(name) ?? assert.fail(name);
const all = [...rendered.values()].flat();

const find = (manifests: readonly Manifest[], kind: string, name: string): Manifest =>
  manifests.find((each) => each.kind === kind && each.metadata.name === name) ??
  assert.fail(`no ${kind} ${name}`);

test('helm lint has nothing to say but that there is no icon', () => {
  const args = ['lint', '--strict', '--quiet', chart, '--set', 'artifacts.claim=a'];
  execFileSync(program('helm'), args, { stdio: 'pipe' });
});

test('each object is as the schema of its kind says, without a field that Kubernetes does not know', async () => {
  for (const manifest of all) await validate(manifest);
  assert.equal(unknownFields(all), '');
  // Both can say no.
  const pod = find(of('the least'), 'Pod', 'shop-castellan-doctor');
  await assert.rejects(validate({ ...pod, spec: {} }), /containers/);
  const spec = { ...(pod.spec as object), hostUser: false };
  assert.match(unknownFields([{ ...pod, spec }]), /"hostUser"' does not exist/);
});

test('everything has its own templates: nothing that a value turns on is left out', () => {
  assert.deepEqual(
    of('everything')
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      .toSorted(),
    [
      'ConfigMap shop-castellan',
      'ConfigMap shop-castellan-board',
      'Deployment shop-castellan-api',
      'Deployment shop-castellan-worker',
      'NetworkPolicy shop-castellan-api',
      'NetworkPolicy shop-castellan-worker',
      'Pod shop-castellan-doctor',
      'PodDisruptionBudget shop-castellan-api',
      'PodDisruptionBudget shop-castellan-worker',
      'PrometheusRule shop-castellan',
      'ScaledObject shop-castellan-worker',
      'Service shop-castellan',
      'ServiceAccount shop-castellan',
      'ServiceMonitor shop-castellan',
    ],
  );
  find(
    of('a claim, and scaling by processor time'),
    'HorizontalPodAutoscaler',
    'shop-castellan-worker',
  );
});

test('no pod has a privilege, a token of Kubernetes or a folder of its node', () => {
  const pods = podsOf(all);
  assert.equal(pods.length, 11);
  for (const { spec, name } of pods) {
    const { runAsNonRoot, runAsUser, runAsGroup } = spec.securityContext;
    assert.deepEqual([runAsNonRoot, runAsUser, runAsGroup], [true, 10_001, 10_001], name);
    assert.equal(spec.automountServiceAccountToken, false, name);
    for (const way of ['hostNetwork', 'hostPID', 'hostIPC', 'initContainers'] as const) {
      assert.equal(spec[way], undefined, name);
    }
    assert.equal(
      spec.volumes.find((volume) => 'hostPath' in volume),
      undefined,
      name,
    );
    assert.equal(spec.containers.length, 1);
    const [{ securityContext }] = spec.containers as readonly [Container];
    assert.equal(securityContext.privileged, false, name);
    assert.equal(securityContext.allowPrivilegeEscalation, false, name);
    assert.equal(securityContext.readOnlyRootFilesystem, true, name);
    assert.deepEqual(securityContext.capabilities, { drop: ['ALL'] }, name);
  }
});

test('our filter and an uncovered /proc are where boxes are built, and in a user namespace only', () => {
  for (const { spec, args, name } of podsOf(all)) {
    const buildsBoxes = args.join(' ') !== 'serve --launchers 0';
    assert.deepEqual(
      spec.securityContext.seccompProfile,
      buildsBoxes
        ? { type: 'Localhost', localhostProfile: 'castellan.json' }
        : { type: 'RuntimeDefault' },
      name,
    );
    const { procMount } = spec.containers[0]?.securityContext ?? {};
    assert.equal(procMount, buildsBoxes && spec.hostUsers === false ? 'Unmasked' : undefined, name);
  }
  // The guide has the same by hand.
  const guide = readFileSync(join(root, 'docs/operations/container.md'), 'utf8');
  const [, block = ''] = /```yaml\n([^]*?)```/.exec(guide) ?? [];
  const { spec: byHand } = parse(block) as { readonly spec: ReturnType<typeof podsOf>[0]['spec'] };
  const worker = podsOf(of('the least')).find(({ args }) => args[0] === 'worker');
  assert.deepEqual(worker?.spec.securityContext, byHand.securityContext);
  assert.equal(worker?.spec.hostUsers, byHand.hostUsers);
  assert.deepEqual(
    worker?.spec.containers[0]?.securityContext,
    byHand.containers[0]?.securityContext,
  );
});

test('workers are told of the API and their key, and of neither database nor bucket', () => {
  for (const { spec, args } of podsOf(of('everything'))) {
    if (args[0] !== 'worker') continue;
    const names = spec.containers[0]?.env?.map((each) => each.name);
    assert.deepEqual(names, ['CASTELLAN_URL', 'CASTELLAN_KEY']);
    assert.ok(!JSON.stringify(spec).includes('castellan-store'));
    assert.equal(
      spec.volumes.find((volume) => 'secret' in volume),
      undefined,
    );
    assert.equal(spec.containers[0]?.ports, undefined);
  }
});

test('a pod is given more time than its drain', () => {
  for (const [name, api, worker] of [
    ['the least', 30, 120],
    ['everything', 600, 120],
    ['no workers', 30, undefined],
  ] as const) {
    const [apiPod, workerPod] = ['serve', 'worker'].map(
      (command) => podsOf(of(name)).find(({ args }) => args[0] === command)?.spec,
    );
    const drain = apiPod?.containers[0]?.env?.find((each) => each.name === 'CASTELLAN_DRAIN_MS');
    assert.equal(drain?.value, String(api * 1_000));
    // With the pause before SIGTERM.
    assert.equal(apiPod?.terminationGracePeriodSeconds, api + 20);
    assert.equal(workerPod?.terminationGracePeriodSeconds, worker && worker + 15);
  }
});

test('how many runs a pod has at a time does not depend on its node', () => {
  const [worker] = podsOf(of('everything')).filter(({ args }) => args[0] === 'worker');
  const flags = ['--concurrency=8', '--policy=default', '--label=zone=eu'];
  assert.deepEqual(worker?.args, ['worker', ...flags]);
  const [alone] = podsOf(of('no workers'));
  const said = alone?.spec.containers[0]?.env?.find(({ name }) => name === 'CASTELLAN_CONCURRENCY');
  assert.equal(said?.value, '8');
});

test('where an autoscaler is, nobody else says how many', () => {
  for (const [name, replicas] of [
    ['the least', 2],
    ['everything', undefined],
    ['a claim, and scaling by processor time', undefined],
  ] as const) {
    const { spec } = find(of(name), 'Deployment', 'shop-castellan-worker');
    assert.equal((spec as { readonly replicas?: number }).replicas, replicas);
  }
});

test('what selects pods selects those that it is for', () => {
  const manifests = of('everything');
  const pods = podsOf(manifests);
  const [api, worker] = ['api', 'worker'].map(
    (part) => pods.find(({ name }) => name === `shop-castellan-${part}`) ?? assert.fail(part),
  ) as [(typeof pods)[0], (typeof pods)[0]];
  const selected = (kind: string, name: string, choose: (spec: Selecting) => object) =>
    pods
      .filter(({ labels }) =>
        matches(choose(find(manifests, kind, name).spec as Selecting), labels),
      )
      .map((pod) => pod.name);
  for (const part of [api, worker]) {
    for (const kind of ['Deployment', 'PodDisruptionBudget']) {
      assert.deepEqual(
        selected(kind, part.name, ({ selector }) => selector.matchLabels),
        [part.name],
      );
    }
    const ofPolicy = ({ podSelector }: Selecting): object => podSelector.matchLabels;
    assert.deepEqual(selected('NetworkPolicy', part.name, ofPolicy), [part.name]);
  }
  assert.deepEqual(
    selected('Service', 'shop-castellan', ({ selector }) => selector),
    [api.name],
  );
});

test('nobody may ask a worker, and its scripts reach no private address', () => {
  const manifests = of('the least');
  const worker = find(manifests, 'NetworkPolicy', 'shop-castellan-worker').spec as Policy;
  assert.deepEqual([worker.policyTypes, worker.ingress], [['Ingress', 'Egress'], undefined]);
  const blocks = worker.egress.flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock ?? []));
  assert.equal(blocks.length, 1);
  for (const range of ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16']) {
    assert.ok(blocks[0]?.except?.includes(range), range);
  }
  assert.deepEqual(
    worker.egress.filter(({ to }) => to === undefined).map(({ ports }) => ports),
    [
      [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
    ],
  );
  const api = find(of('everything'), 'NetworkPolicy', 'shop-castellan-api').spec as Policy;
  assert.ok(api.egress.every(({ to, ports }) => to !== undefined || ports?.[0]?.port === 53));
});

const refused: readonly (readonly [object, RegExp])[] = [
  [{}, /neither bucket nor claim is given\. Set artifacts\.bucket to/],
  [{ artifacts: { bucket: 's3://a', claim: 'b' } }, /both bucket \(s3:\/\/a\) and claim \(b\)/],
  [{ artifacts: { bucket: 'http://a' } }, /\/artifacts\/bucket.*'http:\/\/a' does not match/],
  [{ ...least, api: { replicas: 0 } }, /\/api\/replicas.*got 0, want 1/],
  [{ ...least, api: { replica: 3 } }, /\/api.*'replica' not allowed/],
  [{ ...least, image: { digest: 'latest' } }, /\/image\/digest.*'latest' does not match/],
  [{ ...least, workers: { keda: { enabled: true } } }, /workers\.keda\.prometheus is empty/],
  [
    { ...least, workers: { keda, autoscaling: { enabled: true } } },
    /autoscaling\.enabled and keda\.enabled are both true/,
  ],
  [
    { ...least, workers: { autoscaling: { minReplicas: 30 } } },
    /minReplicas \(30\) is more than maxReplicas \(20\)/,
  ],
  [{ ...least, workers: { enabled: false, keda } }, /there is nothing to scale/],
  [{ ...least, walls: { seccompProfile: '/etc/castellan' } }, /\/walls\/seccompProfile.*match/],
  [
    { ...least, walls: { hostUsers: 'no' } },
    /\/walls\/hostUsers.*got string, want (?:boolean or null|null or boolean)/,
  ],
];
for (const [values, why] of refused) {
  test(`refuses ${JSON.stringify(values)}`, async () => {
    assert.match((await helmTemplate(values)).refusal, why);
  });
}

test('the schema knows each value, and no other', () => {
  const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')) as Schema;
  const values = parse(readFileSync(join(chart, 'values.yaml'), 'utf8')) as object;
  const compare = ({ properties = {}, additionalProperties }: Schema, given: object): void => {
    const known = Object.keys(properties).filter((name) => name !== 'global');
    assert.deepEqual(known.toSorted(), Object.keys(given).toSorted());
    assert.equal(additionalProperties, false);
    for (const [name, below] of Object.entries(given) as [string, unknown][]) {
      const each = properties[name];
      if (each?.properties !== undefined) compare(each, below as object);
    }
  };
  compare(schema, values);
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}
