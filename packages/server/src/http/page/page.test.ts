import { namesOf } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { startService } from '../service.support.ts';
import { findPages, pagePaths } from './files.ts';

const built = findPages() ?? assert.fail('npm run build makes the pages');
const pages = { built, names: namesOf(pagePaths) };

test('the page and its parts are served, packed or not, and nothing else below them', async () => {
  await using service = await startService({ pages });
  const inject = (url: string, method: 'GET' | 'POST' = 'GET') => service.inject({ url, method });
  const headers = { host: 'localhost', 'accept-encoding': 'gzip, br' };
  const packed = await service.app.inject({ url: '/', headers });
  assert.equal(packed.headers['content-encoding'], 'gzip');
  const start = gunzipSync(packed.rawPayload).toString();
  assert.equal((await inject('/')).text, start);
  const names = [...start.matchAll(/(?:src|href)="\.\/playground\/([^"]+)"/g)].map(
    ([, name]) => name,
  );
  assert.ok(names.length >= 2, start);
  for (const name of names) {
    const { status, headers: sent } = await inject(`/playground/${name}`);
    assert.equal(status, 200, name);
    assert.match(sent['cache-control'] ?? '', /immutable/);
    assert.equal(sent['x-content-type-options'], 'nosniff');
    assert.match(sent['content-security-policy'] ?? '', /^default-src 'none'/);
  }
  for (const url of [
    '/playground/../index.html.gz',
    '/playground/..%2findex.html',
    '/playground/%2e%2e%2finputs',
    '/playground/inputs',
    '/playground/__proto__',
    `/playground/${names[0]}.gz`,
    '/playground/',
    '/index.html',
  ]) {
    assert.ok([400, 404].includes((await inject(url)).status), url);
  }
  assert.equal((await inject('/', 'POST')).status, 405);
});

test('the page runs only its own code, on this service alone, in no frame, with a key or without', async () => {
  await using service = await startService({ pages });
  service.bearer();
  const { status, headers } = await service.inject({ url: '/' });
  assert.equal(status, 200);
  const policy = headers['content-security-policy'] ?? '';
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ]) {
    assert.ok(policy.split('; ').includes(part), part);
  }
  assert.doesNotMatch(policy, /unsafe-eval|https?:|script-src[^;]*(?:unsafe|blob|data)/);
  assert.equal((await service.inject({ url: '/v1/policies' })).status, 401);
  const { text } = await service.inject({ url: '/' });
  assert.doesNotMatch(text, /<script(?![^>]*src=)/);
});

test('the frame for runs in a browser has no origin, reaches nothing, and is shown by the page alone', async () => {
  await using service = await startService({ pages });
  const { status, headers, text } = await service.inject({ url: '/playground/frame.html' });
  assert.equal(status, 200);
  assert.equal(
    headers['content-security-policy'],
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts",
  );
  assert.match(
    text,
    /^<!doctype html>.*http-equiv="Content-Security-Policy" content="default-src .none.; script-src .sha256-/,
  );
  await using none = await startService({ pages: { built, names: ['dashboard'] } });
  assert.equal((await none.inject({ url: '/playground/frame.html' })).status, 404);
});

test('dashboard and reference have a policy of their own, without inline styles', async () => {
  await using service = await startService({ pages });
  for (const url of ['/admin', '/reference']) {
    const { status, headers, text } = await service.inject({ url });
    assert.equal(status, 200, url);
    const policy = headers['content-security-policy'] ?? '';
    assert.ok(
      policy.startsWith("default-src 'none'; script-src 'self'; connect-src 'self'"),
      policy,
    );
    assert.ok(policy.includes("frame-ancestors 'none'") && policy.includes("style-src 'self'"));
    assert.doesNotMatch(policy, /unsafe|https?:|frame-src/);
    const isTyped = policy.endsWith("; require-trusted-types-for 'script'; trusted-types drawing");
    assert.equal(isTyped, url === '/admin');
    assert.equal(policy.includes("worker-src 'self'"), url === '/admin');
    assert.doesNotMatch(text, /<script(?![^>]*src=)|<style|style=/);
  }
  await using some = await startService({ pages: { built, names: ['playground'] } });
  assert.equal((await some.inject({ url: '/admin' })).status, 404);
  assert.equal((await some.inject({ url: '/' })).status, 200);
});

test('without a page that is built, the root says so; without the option nothing is there', async () => {
  await using without = await startService({ pages: { ...pages, built: null } });
  const { status, text } = await without.inject({ url: '/' });
  assert.equal(status, 404);
  assert.match(text, /^The playground is not built here: "npm run build" makes it\./);
  assert.equal((await without.inject({ url: '/playground/a.js' })).status, 404);
  await using off = await startService();
  assert.equal((await off.inject({ url: '/' })).body['code'], 'not_found');
});
