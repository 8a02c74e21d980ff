import { createSandbox, type Sandbox } from '@castellan/sandbox';
import { type Figure, quantile } from '../measure.ts';

const modules = ['buffer', 'crypto', 'zlib'];
const limits = { wallMs: 60_000, cpuMs: 60_000, memoryBytes: 2 ** 30 };
const rounds = 3;

/** What is made ready, what is measured, and the bytes that it is about (or the pieces). */
type Row = readonly [prepare: string, measured: string, size: number];

const text = (bytes: string): string => `const d = ${bytes}`;
const ascii = text("'a'.repeat(8e6)");
const accents = text("'é'.repeat(4e6)");
const bytes = (value: number, length = '4e6'): string =>
  `const d = Buffer.alloc(${length}, ${value})`;

const rows: Readonly<Record<string, Row>> = {
  'btoa()': [text("'a'.repeat(5.5e6)"), 'btoa(d)', 5.5e6],
  'atob()': [text("'YWFh'.repeat(1e6)"), 'atob(d)', 4e6],
  'Buffer to hex': [bytes(7), "d.toString('hex')", 4e6],
  'Buffer to base64': [bytes(7), "d.toString('base64')", 4e6],
  'Buffer to latin1': [bytes(200), "d.toString('latin1')", 4e6],
  'Buffer to utf16le': [bytes(65), "d.toString('utf16le')", 4e6],
  'Buffer to utf8': [bytes(65), 'd.toString()', 4e6],
  'Buffer of hex': [text("'a7'.repeat(4e6)"), "Buffer.from(d, 'hex')", 8e6],
  'Buffer of base64': [text("'YWFh'.repeat(1.3e6)"), "Buffer.from(d, 'base64')", 5.2e6],
  'Buffer of latin1': [accents, "Buffer.from(d, 'latin1')", 4e6],
  'Buffer of utf16le': [text("'é'.repeat(2e6)"), "Buffer.from(d, 'utf16le')", 4e6],
  'Buffer of utf8': [accents, 'Buffer.from(d)', 8e6],
  'Buffer of ASCII': [ascii, 'Buffer.from(d)', 8e6],
  'TextEncoder, ASCII': [ascii, 'new TextEncoder().encode(d)', 8e6],
  TextEncoder: [accents, 'new TextEncoder().encode(d)', 8e6],
  'TextDecoder, utf-8': [bytes(65), 'new TextDecoder().decode(d)', 4e6],
  'TextDecoder, utf-16le': [bytes(65), "new TextDecoder('utf-16le').decode(d)", 4e6],
  'TextDecoder, windows-1252': [bytes(200), "new TextDecoder('windows-1252').decode(d)", 4e6],
  'TextDecoder, koi8-r': [bytes(200), "new TextDecoder('koi8-r').decode(d)", 4e6],
  'TextDecoder, shift_jis': [bytes(0x82), "new TextDecoder('shift_jis').decode(d)", 4e6],
  'load of zlib': ['', "require('zlib')", 5e6],
  gzip: [
    "const { gzipSync } = require('zlib'); const d = Buffer.alloc(5e6, 65); gzipSync('a')",
    'gzipSync(d)',
    5e6,
  ],
  'gunzip and text': [
    "const d = require('zlib').gzipSync('a'.repeat(5e6))",
    "require('zlib').gunzipSync(d).toString()",
    5e6,
  ],
  CompressionStream: [
    "const d = new Blob([new Uint8Array(4e6)]).stream().pipeThrough(new CompressionStream('gzip'))",
    'await new Response(d).arrayBuffer()',
    4e6,
  ],
  DecompressionStream: [
    "const z = new Blob([new Uint8Array(4e6)]).stream().pipeThrough(new CompressionStream('gzip')); const d = new Blob([await new Response(z).arrayBuffer()]).stream().pipeThrough(new DecompressionStream('gzip'))",
    'await new Response(d).arrayBuffer()',
    4e6,
  ],
  'load of crypto and a hash': ['', "require('crypto').createHash('sha256').digest('hex')", 1e7],
  'SHA-256': [
    "const hash = (x) => require('crypto').createHash('sha256').update(x).digest('hex'); const d = Buffer.alloc(1e7, 1); hash('a')",
    'hash(d)',
    1e7,
  ],
  'HMAC of text': [
    text("'a'.repeat(1e7)"),
    "require('crypto').createHmac('sha256', 'k').update(d).digest('hex')",
    1e7,
  ],
  'data: URL': [
    text("'data:text/plain;base64,' + btoa('a'.repeat(3e6))"),
    'await (await fetch(d)).text()',
    4e6,
  ],
  'new URL()': [text("'http://x/?' + 'é'.repeat(2e5)"), 'new URL(d).href', 4e5],
  URLSearchParams: [text("'a=' + 'b'.repeat(2e6)"), 'new URLSearchParams(d).toString()', 2e6],
  FormData: [
    "const d = new FormData(); d.append('a', new Blob([new Uint8Array(4e6)]), 'x')",
    'await new Response(d).arrayBuffer()',
    4e6,
  ],
  'Response.json()': [
    text('new Response(JSON.stringify(Array(4e5).fill(1234567)))'),
    'await d.json()',
    3.2e6,
  ],
  structuredClone: [
    text("Array.from({ length: 2e5 }, (_, a) => ({ a, b: 'x' }))"),
    'structuredClone(d)',
    4e6,
  ],
  'JSON.parse': [text("JSON.stringify(Array(1e6).fill('abcdefg'))"), 'JSON.parse(d)', 1e7],
  '10,000 timers': [
    '',
    'await Promise.all(Array.from({ length: 1e4 }, () => new Promise((r) => setTimeout(r, 0))))',
    1e4,
  ],
  '10,000 messages': [
    'const { port1, port2 } = new MessageChannel(); let left = 1e4',
    'await new Promise((r) => { port2.onmessage = () => --left || r(); for (let i = 0; i < 1e4; i++) port1.postMessage(i) })',
    1e4,
  ],
};

/** P13: processor time and memory of the platform's parts, in an isolate beside full Node. */
export async function platformCase(): Promise<Figure[]> {
  await using isolate = await createSandbox({ engine: 'isolate', modules, limits });
  await using node = await createSandbox({ engine: 'node', modules, limits });
  const figures: Figure[] = [];
  for (const [name, row] of Object.entries(rows)) {
    const [own, nodes] = [await cost(isolate, row), await cost(node, row)];
    const ratio = own.cpuMs / Math.max(nodes.cpuMs, 1);
    const size = row[2];
    figures.push({
      name: `P13: ${name}`,
      unit: 'ms',
      p50: own.cpuMs,
      rounds,
      note: `${ratio.toFixed(1)} × full Node (${nodes.cpuMs.toFixed(1)} ms; target 3); ${(own.bytes / size).toFixed(1)} bytes for each (${(nodes.bytes / size).toFixed(1)}; target 4)`,
    });
  }
  return figures;
}

interface Cost {
  readonly cpuMs: number;
  readonly bytes: number;
}

/** What the measured part adds to a run that only makes ready. */
async function cost(sandbox: Sandbox, [prepare, measured]: Row): Promise<Cost> {
  const start = `const { Buffer } = require('buffer'); ${prepare}; await null;`;
  // A text is read once, so that what it was put together from becomes one.
  const used = `const o = ${measured}; if (typeof o === 'string') o.charCodeAt(o.length >> 1);`;
  const costs: Cost[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = await usage(sandbox, `${start} return 1`);
    const after = await usage(sandbox, `${start} ${used} return 1`);
    costs.push({ cpuMs: after.cpuMs - before.cpuMs, bytes: after.bytes - before.bytes });
  }
  return {
    cpuMs: quantile(
      costs.map(({ cpuMs }) => cpuMs),
      0.5,
    ),
    bytes: quantile(
      costs.map(({ bytes: one }) => one),
      0.5,
    ),
  };
}

async function usage(sandbox: Sandbox, source: string): Promise<Cost> {
  const { status, error, usage: used } = await sandbox.run(source);
  if (status !== 'succeeded') throw new Error(`${error?.message}: ${source}`);
  return { cpuMs: used.cpuMs, bytes: used.memoryPeakBytes ?? 0 };
}
