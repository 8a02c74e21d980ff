import { type Run, resolveLimits } from '@castellan/protocol';
import { at, keyId, runId as id } from './example-parts.ts';
import { scheduleExamples } from './schedule-examples.ts';

const run = {
  id,
  status: 'succeeded',
  reason: null,
  exitCode: null,
  attempt: 1,
  value: { greeting: 'Hello, Ada!' },
  error: null,
  logs: [{ seq: 3, time: at(52), stream: 'stdout', level: 'info', text: 'greeting Ada' }],
  truncated: { logs: false, networkRequests: false, networkBytes: false },
  artifacts: [
    {
      id: 'art_0199e1a47d907d51b0c2a1f3e4d5c6b7',
      name: 'greeting.txt',
      contentType: 'text/plain; charset=utf-8',
      sizeBytes: 11,
      sha256: '93e4e4e15eba3562ebf12ef2cff5c56c68db1b1e6b1b5b0f7fb4c3b5a9b8e6d1',
      url: `/v1/runs/${id}/artifacts/greeting.txt`,
    },
  ],
  timings: { queueMs: 2, boxMs: 1, compileMs: 1, runMs: 6, totalMs: 10 },
  usage: {
    cpuMs: 5,
    memoryPeakBytes: 3_145_728,
    browserCpuMs: 0,
    outputBytes: 16,
    networkRequests: 0,
    networkBytes: 0,
  },
  isolation: {
    driver: 'bubblewrap',
    engine: 'isolate',
    reuse: 'never',
    layers: ['isolate', 'process', 'userns', 'pidns', 'netns', 'mountns', 'seccomp', 'cgroup'],
  },
  limits: resolveLimits(),
  policy: 'default',
  runtime: '2026.11',
  tenant: 'shop',
  labels: { order: '4711' },
  queue: { position: 0 },
  createdAt: at(0),
  startedAt: at(2),
  finishedAt: at(62),
} as const satisfies Run;

const { artifacts, ...ofCall } = run;
const [{ url: _url, ...artifact }] = artifacts;
const answeredCall = {
  ...ofCall,
  labels: { 'castellan/function': 'greet', 'castellan/version': '1' },
  artifacts: [{ ...artifact, data: 'SGVsbG8sIEFkYSE=' }],
  recorded: false,
} as const;

const code =
  "console.log(`greeting ${params.name}`);\nawait artifacts.write('greeting.txt', `Hello, ${params.name}!`);\nreturn { greeting: `Hello, ${params.name}!` };";

const shareId = 'shr_Q2FzdGVsbGFuIHNoYXJlIQ';

const rights = {
  tenant: 'shop',
  policies: ['default'],
  scopes: ['runs:write', 'runs:read'],
} as const;

const greet = {
  id: 'fn_0199e1a47d5b7c2fa3be4c6d0f1a2b3c',
  tenant: 'shop',
  name: 'greet',
  newest: 2,
  aliases: { live: { version: 1, percent: null }, canary: { version: 2, percent: 10 } },
  createdAt: at(0),
  updatedAt: at(60_000),
} as const;

const version = {
  version: 1,
  hash: '0f0c1b8a4c7d5a3b2e1f00112233445566778899aabbccddeeff001122334455',
  sizeBytes: 158,
  description: 'Greets whoever asks.',
  policy: 'default',
  createdAt: at(0),
  createdBy: keyId,
  liveAt: at(0),
} as const;

const definition = {
  code: 'export default ({ name }) => ({ greeting: `Hello, ${name}!` });',
  description: 'Greets whoever asks.',
  schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  limits: { wallMs: 5_000 },
} as const;

/** One of each resource, for the OpenAPI document. */
export const examples = {
  ...scheduleExamples,
  run,
  answeredCall,
  definition,
  invocation: { params: { name: 'Ada' } },
  function: greet,
  functionPage: { items: [greet], nextCursor: null },
  version,
  versions: { items: [version] },
  wholeVersion: { ...version, definition: { ...definition, policy: 'default' } },
  deployed: { function: greet, version, problems: [] },
  newSecret: {
    value: 'sk_live_51Hxample',
    hosts: ['api.stripe.com'],
    functions: ['charge'],
  },
  secret: {
    tenant: 'shop',
    name: 'STRIPE_KEY',
    hosts: ['api.stripe.com'],
    headers: [],
    functions: ['charge'],
    inEnv: false,
    keyId: '1f0c9a4e7b2d8835',
    updatedAt: at(0),
    updatedBy: keyId,
  },
  rotated: { rotated: 12, left: 0, unreadable: [] },
  runRequest: {
    code,
    params: { name: 'Ada' },
    limits: { wallMs: 5_000 },
    labels: { order: '4711' },
  },
  shareRequest: { files: { 'hello.ts': code }, entry: 'hello.ts', params: { name: 'Ada' } },
  share: { id: shareId, createdAt: at(0), expiresAt: at(30 * 86_400_000) },
  runPage: { items: [{ ...run, logs: [], value: null }], nextCursor: null },
  checkRequest: { code: "import fs from 'node:fs'" },
  checkAnswer: {
    problems: [
      {
        code: 'module_denied',
        message: 'Module "node:fs" is not allowed. Allowed: dayjs, lodash',
        file: null,
        line: 1,
        column: 16,
        specifier: 'node:fs',
      },
    ],
  },
  problem: {
    type: '/problems/limit_above_ceiling',
    title: 'A limit is above the ceiling of the policy.',
    status: 422,
    detail: 'limits.wallMs is 200000, and the most that the policy "default" allows is 100000.',
    instance: 'urn:castellan:request:req_0199e1a47d5b7c2fa3be4c6d0f1a2b3c',
    code: 'limit_above_ceiling',
    errors: [
      { pointer: '/limits/wallMs', detail: 'At most 100000. It is 200000.', value: 200_000 },
    ],
  },
  runToken: {
    token:
      'rt_t8ikhs.key_0199e1a47d5b7c2fa3be4c6d0f1a2b3c.pnZ2yY0oEJcVdq1bTn7Gm3sXkWfRuH8LzA5vQe9iKto',
    expiresAt: at(3_600_000),
  },
  status: { version: '0.1.0', running: 3, queued: 0, capacity: 8, reason: null },
  overview: {
    version: '0.1.0',
    running: 3,
    queued: 0,
    capacity: 8,
    reason: null,
    startedAt: at(0),
    you: {
      ...rights,
      id: keyId,
      mayNameTenant: true,
      scopes: ['runs:write', 'runs:read', 'admin'],
    },
    counts: {
      submitted: 12,
      replayed: 0,
      retried: 0,
      refused: { tenant_quota: 1 },
      ended: { succeeded: 8, 'failed/uncaught_exception': 1 },
    },
    problems: { tenant_quota: 1 },
    launchers: [
      {
        pid: 4_711,
        since: at(0),
        starts: 1,
        lastEnd: null,
        pools: [{ policy: 'default', ready: 1, kept: 0, running: 3, waiting: 0 }],
      },
    ],
    workers: [],
    tenants: [{ name: 'shop', running: 3, queued: 0, runningCap: 10 }],
  },
  keyGrant: { name: 'shop, production', ...rights },
  newKey: { id: keyId, key: 'ck_8vX2mQ0rT5yN7bK1wZ4cH9sD3gF6jL8pA2eR5tY7uI0' },
  keys: {
    items: [
      {
        id: keyId,
        name: 'shop, production',
        ...rights,
        mayNameTenant: false,
        createdAt: at(0),
        expiresAt: null,
        revokedAt: null,
      },
    ],
  },
  health: { status: 'ok', reason: null },
} as const;
