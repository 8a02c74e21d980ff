// The chart in a real cluster, as far as one without nodes goes: the API server and the controllers of Kubernetes 1.20,
// which is what Debian 12 has as a source. What that one does not know yet is left out of a copy of the chart:
// hostUsers, procMount, policy/v1, and HPAs and extensions, whose schemas test/deploy/chart.test.ts looks at.
import assert from 'node:assert/strict';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chart, least } from '../../deploy/helm.support.ts';
import { until } from '../../shared/until.support.ts';
import { Cluster, type Ended } from './cluster.support.ts';
import { noCluster } from './programs.support.ts';

const skip = noCluster();
const folder = mkdtempSync(join(tmpdir(), 'castellan-chart-'));
const values = { ...least, walls: { hostUsers: null } };

let cluster: Cluster;
before(async () => {
  if (skip !== false) return;
  cluster = await Cluster.start();
  olderChart();
});
after(async () => {
  rmSync(folder, { recursive: true });
  if (skip === false) await cluster[Symbol.asyncDispose]();
});

/** A copy of the chart for Kubernetes 1.20. */
function olderChart(): void {
  cpSync(chart, folder, { recursive: true });
  const change = (file: string, from: RegExp, to: string): void => {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll(from, to));
  };
  change(join(folder, 'Chart.yaml'), /^kubeVersion:.*$/gm, '');
  for (const file of globSync(join(folder, 'templates/*.yaml'))) {
    change(file, /policy\/v1$/gm, 'policy/v1beta1');
  }
}

const release = (how: 'install' | 'upgrade', more: object = {}): Promise<Ended> =>
  cluster.helm(
    // The old server's own way of applying fails; helm's is as good.
    [how, 'shop', folder, '--create-namespace', '--server-side=false', '--values=-'].concat(
      how === 'upgrade' ? ['--install'] : [],
      ['--namespace=runs'],
    ),
    JSON.stringify({ ...values, ...more }),
  );

interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly runtimeClassName?: string;
    readonly securityContext: { readonly seccompProfile: object; readonly runAsUser: number };
    readonly containers: readonly { readonly securityContext: object; readonly args: object }[];
  };
}

const podsOf = async (part: string): Promise<readonly Pod[]> =>
  (
    await cluster.get<{ readonly items: readonly Pod[] }>(
      'pods',
      `--selector=app.kubernetes.io/component=${part}`,
    )
  ).items;

/** What a kubelet says of a pod that runs and is ready. */
async function makeReady(pods: readonly Pod[]): Promise<void> {
  for (const [at, { metadata }] of pods.entries()) {
    const status = {
      phase: 'Running',
      podIP: `192.0.2.${at + 1}`,
      podIPs: [{ ip: `192.0.2.${at + 1}` }],
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: new Date().toISOString() }],
    };
    const path = `/api/v1/namespaces/runs/pods/${metadata.name}`;
    const pod = await cluster.get<object>('pod', metadata.name);
    const body = JSON.stringify({ ...pod, status });
    good(await cluster.kubectl(['replace', '--raw', `${path}/status`, '-f', '-'], body));
  }
}

const good = ({ code, stdout, stderr }: Ended): string => {
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
};

test(
  'it is installed: the server takes every object, and the controllers make the pods',
  { skip },
  async () => {
    good(await release('install'));
    for (const part of ['api', 'worker']) {
      await until(
        `there are pods of ${part}`,
        async () => (await podsOf(part)).length === 2,
        30_000,
      );
    }
    const [worker] = await podsOf('worker');
    assert.deepEqual(worker?.spec.securityContext, {
      runAsNonRoot: true,
      runAsUser: 10_001,
      runAsGroup: 10_001,
      fsGroup: 10_001,
      seccompProfile: { type: 'Localhost', localhostProfile: 'castellan.json' },
    });
    assert.deepEqual(worker?.spec.containers[0]?.securityContext, {
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  },
);

test(
  'of each part one pod may be evicted, and the next not before another is ready',
  { skip },
  async () => {
    await makeReady([...(await podsOf('api')), ...(await podsOf('worker'))]);
    for (const part of ['api', 'worker']) {
      const budget = (): Promise<Budget> =>
        cluster.get<Budget>('poddisruptionbudget', `shop-castellan-${part}`);
      const allowed = async (): Promise<number> => (await budget()).status.disruptionsAllowed;
      await until('one may go', async () => (await allowed()) === 1, 60_000);
      const [first, second] = (await podsOf(part)).map(({ metadata }) => metadata.name);
      good(await evict(first));
      const refused = await evict(second);
      assert.match(refused.stderr, /disruption budget/);
      await until('it has another', async () => (await podsOf(part)).length === 2, 30_000);
      await makeReady(await podsOf(part));
      await until('one may go again', async () => (await allowed()) === 1, 60_000);
    }
  },
);

interface Budget {
  readonly status: { readonly disruptionsAllowed: number };
}

function evict(name = ''): Promise<Ended> {
  const metadata = { name, namespace: 'runs' };
  const body = JSON.stringify({ apiVersion: 'policy/v1beta1', kind: 'Eviction', metadata });
  const path = `/api/v1/namespaces/runs/pods/${name}/eviction`;
  return cluster.kubectl(['create', '--raw', path, '-f', '-'], body);
}

test(
  'another config rolls the pods, and no ready API node goes before a new one is ready',
  { skip },
  async () => {
    const old = (await podsOf('api')).map(({ metadata }) => metadata.name);
    good(await release('upgrade', { config: 'export default { logLevel: "debug" };\n' }));
    const fresh = async (): Promise<readonly Pod[]> =>
      (await podsOf('api')).filter(({ metadata }) => !old.includes(metadata.name));
    await until('a new node comes', async () => (await fresh()).length === 1, 30_000);
    const names = (await podsOf('api')).map(({ metadata }) => metadata.name);
    assert.ok(
      old.every((name) => names.includes(name)),
      'both old ones serve on',
    );
    // Each that is ready lets an old one go.
    await until(
      'all are new',
      async () => {
        await makeReady(await fresh());
        const now = await podsOf('api');
        return now.length === 2 && now.every(({ metadata }) => !old.includes(metadata.name));
      },
      60_000,
    );
  },
);

test('where an autoscaler has scaled, an upgrade leaves the number alone', { skip }, async () => {
  // The kind is newer than this server, which is asked for its effect on the Deployment alone.
  for (const file of globSync(join(folder, 'templates/workers.yaml'))) {
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace('apiVersion: autoscaling/v2', 'apiVersion: autoscaling/v2beta2'),
    );
  }
  const workers = { autoscaling: { enabled: true } };
  good(await release('upgrade', { workers }));
  good(await cluster.kubectl(['scale', 'deployment/shop-castellan-worker', '--replicas=7']));
  good(await release('upgrade', { workers: { ...workers, drainSeconds: 60 } }));
  const { spec } = await cluster.get<{ readonly spec: { readonly replicas: number } }>(
    'deployment',
    'shop-castellan-worker',
  );
  assert.equal(spec.replicas, 7);
});

test('helm test starts a pod with the walls of a worker', { skip }, async () => {
  // There is no node for it to run on.
  const args = ['test', 'shop', '--namespace=runs', '--timeout=5s'];
  const { stdout, stderr } = await cluster.helm(args);
  const [doctor] = await podsOf('doctor');
  assert.deepEqual(doctor?.spec.containers[0]?.args, ['doctor'], stdout + stderr);
  assert.deepEqual(doctor?.spec.securityContext, (await podsOf('worker'))[0]?.spec.securityContext);
});

test('what the server does not take, helm refuses, and the release stays', { skip }, async () => {
  const { code, stderr } = await release('upgrade', {
    api: { resources: { limits: { memory: 'much' } } },
  });
  assert.notEqual(code, 0);
  assert.match(stderr, /quantities must match/);
  const limits = '--output=jsonpath={.spec.template.spec.containers[0].resources.limits.memory}';
  const name = 'deployment/shop-castellan-api';
  assert.equal(good(await cluster.kubectl(['get', name, limits])), '2Gi');
});

test('the Service leads to API nodes that are ready, and to nothing else', { skip }, async () => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } };
  good(await cluster.kubectl(['create', '-f', '-'], JSON.stringify(node)));
  const pods = [...(await podsOf('api')), ...(await podsOf('worker'))];
  for (const { metadata } of pods) await bind(metadata.name);
  await makeReady(pods);
  const targets = async (): Promise<string[]> => {
    const { subsets = [] } = await cluster.get<Endpoints>('endpoints', 'shop-castellan');
    return subsets.flatMap(({ addresses = [] }) =>
      addresses.map(({ targetRef }) => targetRef.name),
    );
  };
  try {
    await until('two nodes are behind it', async () => (await targets()).length >= 2, 30_000);
    const isWorker = (name: string): boolean => name.startsWith('shop-castellan-worker');
    assert.deepEqual((await targets()).filter(isWorker), []);
  } finally {
    // A kubelet would see to their end.
    await cluster.kubectl(['delete', 'pods', '--all', '--force', '--grace-period=0']);
  }
});

interface Endpoints {
  readonly subsets?: readonly {
    readonly addresses?: readonly { readonly targetRef: { readonly name: string } }[];
  }[];
}

/** What a scheduler does with a pod. */
async function bind(name: string): Promise<void> {
  const target = { apiVersion: 'v1', kind: 'Node', name: 'node' };
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Binding', metadata: { name }, target });
  const path = `/api/v1/namespaces/runs/pods/${name}/binding`;
  good(await cluster.kubectl(['create', '--raw', path, '-f', '-'], body));
}

test('it is removed, and nothing of it stays', { skip }, async () => {
  good(await cluster.helm(['uninstall', 'shop', '--namespace=runs', '--wait']));
  const kinds = 'deployments,pods,services,networkpolicies,poddisruptionbudgets,configmaps,secrets';
  const left = async (): Promise<string[]> =>
    (await cluster.get<{ readonly items: readonly Pod[] }>(kinds)).items
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith('shop') || name.startsWith('sh.helm'))
      // A hook is helm's own until the next test.
      .filter((name) => !name.endsWith('-doctor'));
  await until('all is gone', async () => (await left()).length === 0, 60_000);
});
