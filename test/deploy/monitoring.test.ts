// The board and the alerts ask for metrics that a service has, and the alerts come when they should.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { startService } from '../../packages/server/src/http/service.support.ts';
import type { Launcher } from '../../packages/server/src/launching/launcher.ts';
import { measure, measureTimes } from '../../packages/server/src/metrics.ts';
import { chart, least, render } from './helm.support.ts';

const alertsFile = join(chart, 'monitoring/alerts.yaml');
const folder = mkdtempSync(join(tmpdir(), 'castellan-alerts-'));
after(() => rmSync(folder, { recursive: true }));

/** Names and labels of all that `/metrics` can have. */
async function exported(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = measure({ isUp: true } as Launcher);
  measureTimes(metrics);
  await using service = await startService({ metrics });
  await service.inject({ url: '/metrics' });
  const known = new Map<string, ReadonlySet<string>>();
  for (const { name, type } of await metrics.getMetricsAsJSON()) {
    const { labelNames } = metrics.getSingleMetric(name) as unknown as { labelNames: string[] };
    const isHistogram = String(type) === 'histogram';
    for (const end of isHistogram ? ['_bucket', '_sum', '_count'] : ['']) {
      known.set(name + end, new Set(end === '_bucket' ? [...labelNames, 'le'] : labelNames));
    }
  }
  return known;
}

/** Expressions by where they stand. */
async function asked(): Promise<readonly (readonly [where: string, expression: string])[]> {
  const board = JSON.parse(readFileSync(join(chart, 'monitoring/board.json'), 'utf8')) as Board;
  const keda = { enabled: true, prometheus: 'http://prometheus:9090' };
  const manifests = await render({ ...least, workers: { keda } });
  const scaled = manifests.find(({ kind }) => kind === 'ScaledObject')?.spec as Scaled;
  return [
    ...alerts.map(({ alert, expr }) => [`alert ${alert}`, expr] as const),
    ...board.panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }) => [`panel ${title}`, expr] as const),
    ),
    ...scaled.triggers.map(({ metadata }) => ['KEDA', metadata.query] as const),
    ...board.templating.list.flatMap(({ query }) =>
      typeof query === 'string' ? [] : [['variable', query.query] as const],
    ),
  ];
}

interface Board {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
  readonly templating: {
    readonly list: readonly { readonly query: string | { readonly query: string } }[];
  };
}

interface Scaled {
  readonly triggers: readonly { readonly metadata: { readonly query: string } }[];
}

interface Alert {
  readonly alert: string;
  readonly expr: string;
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly Alert[] }[];
}

const { groups } = parse(readFileSync(alertsFile, 'utf8')) as Rules;
const alerts = groups.flatMap(({ rules }) => rules);

test('board, alerts and autoscaler ask for nothing that /metrics does not have', async () => {
  const known = await exported();
  /** Those that whoever scrapes adds. */
  const added = ['job', 'instance', 'namespace'];
  for (const [where, expression] of await asked()) {
    const names = expression.match(/castellan_\w+/g) ?? [];
    assert.notEqual(names.length, 0, where);
    for (const name of names) assert.ok(known.has(name), `${where}: ${name}`);
    const [by = [], labels = []] = [/by \(([^)]*)\)/g, /[{,]\s*(\w+)=~?"/g].map((pattern) =>
      [...expression.matchAll(pattern)].flatMap(([, found = '']) => found.split(/,\s*/)),
    );
    const own = new Set(names.flatMap((name) => [...(known.get(name) ?? [])]));
    for (const label of [...by, ...labels]) {
      assert.ok(own.has(label) || added.includes(label), `${where}: ${label}`);
    }
  }
});

function promtool(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

test('Prometheus takes the rules', () => {
  assert.equal(promtool(['check', 'rules', alertsFile]), '');
});

/** Series of a service in which runs wait, and end by a fault of it: a value and a step for each minute. */
const trouble: readonly (readonly [string, string])[] = [
  ['castellan_runs_queued', '20+0x30'],
  ['castellan_run_queue_seconds_count{engine="isolate"}', '100+0x30'],
  ['castellan_run_queue_seconds_bucket{engine="node",le="5"}', '0+1x30'],
  ['castellan_run_queue_seconds_bucket{engine="node",le="30"}', '0+10x30'],
  ['castellan_run_queue_seconds_bucket{engine="node",le="+Inf"}', '0+10x30'],
  ['castellan_runs_ended_total{status="error",reason="box_failed"}', '0+10x30'],
  ['castellan_runs_retried_total', '0+60x30'],
  ['castellan_runs_refused_total{refusal="queue_full"}', '0+10x30'],
  ['castellan_store_failures_total', '0+1x30'],
  ['castellan_http_request_duration_seconds_bucket{route="GET /v1/runs/:id",le="1"}', '0+1x30'],
  ['castellan_http_request_duration_seconds_bucket{route="GET /v1/runs/:id",le="3"}', '0+9x30'],
  ['castellan_http_request_duration_seconds_bucket{route="GET /v1/runs/:id",le="+Inf"}', '0+9x30'],
];

/** The same in a service that is well. */
const health: readonly (readonly [string, string])[] = [
  ['castellan_runs_queued', '20+0x30'],
  ['castellan_run_queue_seconds_count{engine="isolate"}', '0+100x30'],
  ['castellan_run_queue_seconds_bucket{engine="node",le="0.1"}', '0+10x30'],
  ['castellan_run_queue_seconds_bucket{engine="node",le="+Inf"}', '0+10x30'],
  ['castellan_runs_ended_total{status="failed",reason="uncaught_exception"}', '0+1000x30'],
  ['castellan_runs_refused_total{refusal="tenant_quota"}', '0+100x30'],
  ['castellan_store_failures_total', '7+0x30'],
  ['castellan_http_request_duration_seconds_bucket{route="POST /v1/runs",le="10"}', '0+9x30'],
  ['castellan_http_request_duration_seconds_bucket{route="POST /v1/runs",le="+Inf"}', '0+9x30'],
];

/** What promtool has against these alerts, of those that come at the 25th minute. */
function alertsCome(series: typeof trouble, come: readonly string[]): string {
  const file = join(folder, 'alerts.test.yaml');
  const input_series = series.map(([name, values]) => ({ series: name, values }));
  const promql_expr_test = alerts.map(({ alert }) => ({
    expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) > bool 0`,
    eval_time: '25m',
    exp_samples: come.includes(alert) ? [{ labels: '{}', value: 1 }] : [],
  }));
  const tests = [{ interval: '1m', input_series, promql_expr_test }];
  writeFileSync(
    file,
    JSON.stringify({ rule_files: [alertsFile], evaluation_interval: '1m', tests }),
  );
  return promtool(['test', 'rules', file]);
}

test('each alert comes in trouble, and none in health', () => {
  const names = alerts.map(({ alert }) => alert);
  assert.equal(alertsCome(trouble, names), '');
  assert.equal(alertsCome(health, []), '');
  // Before the first worker no run has ever started, and there is no series of any.
  assert.equal(alertsCome([['castellan_runs_queued', '20+0x30']], ['CastellanNothingStarts']), '');
  // It can say no.
  assert.match(alertsCome(health, ['CastellanStoreFails']), /CastellanStoreFails/);
});
