import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../attack.support.ts';

const Mi = 2 ** 20;
/** A browser, and a site that its pages may ask; each of these takes seconds. */
const common = {
  browser: true,
  site: true,
  limits: {
    wallMs: 40_000,
    cpuMs: 5_000,
    memoryBytes: 256 * Mi,
    outputBytes: Mi,
    networkRequests: 1_000,
  },
} as const;

/** F: the browser, by Puppeteer from the isolate. */
export const browserRows: readonly Row[] = [
  { program: '01-schemes.js', ...common, ends: [null], tries: 50 },
  {
    program: '02-files-by-options.js',
    ...common,
    ends: [null],
    tries: 15,
    check({ artifacts }) {
      for (const { name } of artifacts) assert.match(name, /^[^/\\\p{Cc}]{1,200}$/u);
    },
  },
  { program: '03-commands.js', ...common, ends: [null], tries: 35 },
  { program: '04-ways-to-ask.js', ...common, ends: [null], tries: 7 },
  { program: '05-workers-that-stay.js', ...common, ends: [null], tries: 5 },
  { program: '06-devices.js', ...common, ends: [null], tries: 20 },
  { program: '07-pages-against-scripts.js', ...common, ends: [null], tries: 20 },
  {
    program: '08-downloads.js',
    ...common,
    ends: [null],
    check({ artifacts }) {
      assert.ok(artifacts.length > 5, `${artifacts.length} files came`);
      for (const { name } of artifacts) assert.match(name, /^[^/\\\p{Cc}\p{Cf}]{1,200}$/u);
    },
  },
  {
    program: '09-storms.js',
    ...common,
    limits: { ...common.limits, wallMs: 12_000 },
    ends: [null, 'engine_crashed', 'out_of_memory', 'cpu_timeout', 'wall_timeout', 'output_limit'],
    check: ({ reason, value }) => assert.ok(reason !== null || value === true),
  },
  {
    program: '10-what-others-left.js',
    ...common,
    before: readFileSync(join(import.meta.dirname, '10-what-others-left.js'), 'utf8'),
    ends: [null],
    check({ value }) {
      const { kept, cookies } = value as { kept: object; cookies: number };
      assert.doesNotMatch(JSON.stringify(kept), /left/);
      assert.equal(cookies, 0);
    },
  },
  { program: '11-a-browser-of-its-own.js', ...common, ends: [null], tries: 15 },
  {
    program: '12-exhausted-pages.js',
    ...common,
    limits: { ...common.limits, wallMs: 12_000, browserMemoryBytes: 512 * Mi },
    ends: [
      'out_of_memory',
      'cpu_timeout',
      'wall_timeout',
      'uncaught_exception',
      'engine_crashed',
      'unsettled',
    ],
  },
];
