import { forEachEngine } from './contract.support.ts';

/** Statements on an input of megabytes, and what they give; at the default limits. */
const large: readonly (readonly [statements: string, value: unknown])[] = [
  ["btoa('a'.repeat(5_500_000)).length", 7_333_336],
  ["atob('YWFh'.repeat(1_000_000)).length", 3_000_000],
  ["Buffer.alloc(4_000_000, 7).toString('hex').slice(-4)", '0707'],
  ["Buffer.alloc(4_000_000, 233).toString('latin1').endsWith('é')", true],
  ["Buffer.alloc(3_999_999, 'ab').toString('utf16le').length", 1_999_999],
  ["Buffer.from('a' + '😀'.repeat(1_000_000)).length", 4_000_001],
  ["Buffer.from('a' + '😀'.repeat(1_000_000)).toString().slice(-4)", '😀😀'],
  ["Buffer.byteLength('é'.repeat(4_000_000))", 8_000_000],
  ["new TextEncoder().encode('é'.repeat(4_000_000)).length", 8_000_000],
  ['new TextDecoder().decode(new Uint8Array(4_000_000).fill(0xff)).length', 4_000_000],
  ["new TextDecoder('windows-1252').decode(new Uint8Array(4_000_000).fill(0x80)).at(-1)", '€'],
  ["new TextDecoder('koi8-r').decode(new Uint8Array(4_000_000).fill(0xc1)).at(-1)", 'а'],
  [
    "require('crypto').createHmac('sha256', 'k').update('a'.repeat(10_000_000)).digest('hex').slice(0, 8)",
    '6c79a7bc',
  ],
  ["require('zlib').gunzipSync(require('zlib').gzipSync('a'.repeat(5e6))).toString().length", 5e6],
];

forEachEngine(({ cases, sandboxForFile }) => {
  const sandbox = sandboxForFile({ modules: ['buffer', 'crypto', 'zlib'] });

  cases(sandbox, [
    ...large.map(([statements, value]) => ({
      name: `${statements} fits the default memory`,
      source: `const { Buffer } = require('buffer'); return ${statements}`,
      value: value as never,
    })),
    {
      name: 'timers that are due run one after the other, their microtasks between them',
      source: `const seen = []; let ran = 0;
        await new Promise((done) => { for (let i = 0; i < 20_000; i++) setTimeout(() => {
          if (i < 2) { seen.push('timer ' + i); queueMicrotask(() => seen.push('microtask ' + i)); }
          if (++ran === 20_000) done();
        }, 0) });
        return seen`,
      value: ['timer 0', 'microtask 0', 'timer 1', 'microtask 1'],
    },
    {
      name: 'messages are delivered one after the other, in order',
      source: `const { port1, port2 } = new MessageChannel(); let next = 0, inOrder = true;
        await new Promise((done) => {
          port2.onmessage = ({ data }) => { inOrder &&= data === next++; if (next === 10_000) done(); };
          for (let i = 0; i < 10_000; i++) port1.postMessage(i);
        });
        port1.close(); return inOrder`,
      value: true,
    },
    {
      name: 'setImmediate runs before a timer, however deep it is nested',
      source: `const seen = [];
        await new Promise((done) => { setTimeout(() => { seen.push('timer'); done(); }, 50);
          let left = 9; const step = () => { if (left-- > 0) setImmediate(step); else seen.push('immediates'); }; step(); });
        return seen`,
      value: ['immediates', 'timer'],
    },
  ]);
});
