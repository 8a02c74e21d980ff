import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pageLog, type PageLog } from './page-log.ts';

type Json = Record<string, unknown>;

const text = (value: string): Json => ({ type: 'string', value });
const number = (value: number): Json => ({ type: 'number', value, description: String(value) });
/** An object as Chromium previews it: `[name, type, value]` of each member. */
const object = (
  members: readonly (readonly [string, string, string, Json?])[],
  more: Json = {},
): Json => {
  const preview = {
    type: 'object',
    description: 'Object',
    overflow: false,
    properties: members.map(([name, type, value, rest]) => ({ name, type, value, ...rest })),
    ...more,
  };
  return { type: 'object', className: 'Object', objectId: '1.1.1', ...more, preview };
};
const list = (items: readonly (readonly [string, string, Json?])[]): Json =>
  object(
    items.map(([type, value, rest = {}], at) => [String(at), type, value, rest]),
    { subtype: 'array', description: `Array(${items.length})` },
  );

/** A log, and its lines. */
function opened(): PageLog & {
  readonly lines: string[];
  readonly say: (method: string, params: Json, session?: string) => void;
} {
  const lines: string[] = [];
  let clock = 0;
  const log = pageLog((level, line) => lines.push(`${level} ${line}`));
  return {
    ...log,
    lines,
    say(method, params, session = 'S') {
      const given = { timestamp: ++clock, ...params };
      log.event(method, () => given, session, JSON.stringify(given).length);
    },
  };
}

/** What the log says of one call to the console. */
function shown(args: readonly Json[], type = 'log', more: Json = {}): string[] {
  const { lines, say } = opened();
  say('Runtime.consoleAPICalled', { type, args, executionContextId: 1, ...more });
  return lines;
}

describe('pageLog', () => {
  for (const [args, line] of [
    [[text('a'), number(1), { type: 'boolean', value: true }], 'a 1 true'],
    [[{ type: 'undefined' }, { type: 'object', subtype: 'null', value: null }], 'undefined null'],
    [[{ type: 'number', unserializableValue: '-0', description: '-0' }], '-0'],
    [[{ type: 'bigint', unserializableValue: '10n', description: '10n' }], '10n'],
    [[{ type: 'symbol', description: 'Symbol(q)' }], 'Symbol(q)'],
    [[object([])], '{}'],
    [[object([['a', 'number', '1']])], '{ a: 1 }'],
    [[object([['a-b', 'string', 'it’s "x" \'y\'']])], "{ 'a-b': 'it’s \"x\" \\'y\\'' }"],
    [
      [
        object(
          [
            ['o', 'object', 'Object'],
            ['l', 'object', 'Array(2)', { subtype: 'array' }],
            ['f', 'function', ''],
            ['n', 'object', 'null', { subtype: 'null' }],
            ['g', 'accessor', ''],
          ],
          { overflow: true },
        ),
      ],
      '{ o: {…}, l: Array(2), f: [Function], n: null, g: [Getter], … }',
    ],
    [[list([])], '[]'],
    [
      [
        list([
          ['number', '1'],
          ['string', 'x'],
          ['object', 'Object'],
        ]),
      ],
      "[ 1, 'x', {…} ]",
    ],
    [[object([['x', 'number', '1']], { description: 'Foo' })], 'Foo { x: 1 }'],
    [[object([], { subtype: 'array', description: 'Array(3)' })], '[ <3 empty items> ]'],
    [
      [
        object(
          [
            ['0', 'number', '1'],
            ['2', 'number', '3'],
            ['5', 'number', '6'],
            ['more', 'string', 'x'],
          ],
          { subtype: 'array', description: 'Array(6)' },
        ),
      ],
      "[ 1, <1 empty item>, 3, <2 empty items>, 6, more: 'x' ]",
    ],
    [
      [
        object(
          [
            ['[[PromiseState]]', 'string', 'rejected'],
            ['[[PromiseResult]]', 'number', '2'],
          ],
          { subtype: 'promise', description: 'Promise' },
        ),
      ],
      'Promise { <rejected> 2 }',
    ],
    [
      [
        object([['[[PromiseState]]', 'string', 'pending']], {
          subtype: 'promise',
          description: 'Promise',
        }),
      ],
      'Promise { <pending> }',
    ],
    [
      [
        object([['size', 'number', '1']], {
          subtype: 'map',
          description: 'Map(1)',
          entries: [{ key: text('k'), value: object([['a', 'number', '1']])['preview'] }],
        }),
      ],
      "Map(1) { 'k' => { a: 1 } }",
    ],
    [
      [
        object([['size', 'number', '1']], {
          subtype: 'set',
          description: 'Set(1)',
          entries: [{ value: { type: 'number', description: '7' } }],
        }),
      ],
      'Set(1) { 7 }',
    ],
    [
      [
        object(
          [
            ['0', 'number', '5'],
            ['byteLength', 'number', '1'],
          ],
          { subtype: 'typedarray', description: 'Uint8Array(1)' },
        ),
      ],
      'Uint8Array(1) [ 5 ]',
    ],
    [[{ type: 'object', subtype: 'node', description: 'div#a.b' }], '<div#a.b>'],
    [[{ type: 'object', subtype: 'node', description: '#document' }], '#document'],
    [
      [
        object([['message', 'string', 'x']], {
          subtype: 'error',
          description: 'Error: x\n    at f',
        }),
      ],
      'Error: x\n    at f',
    ],
    [[{ type: 'object', subtype: 'date', description: 'Thu Jan 01 1970' }], 'Thu Jan 01 1970'],
    [[{ type: 'function', description: 'function f() {}' }], 'function f() {}'],
    [[text('%s has %d at %f'), text('Ann'), number(3), number(1.5)], 'Ann has 3 at 1.5'],
    [[text('%o %O %j'), object([['a', 'number', '1']]), text('b'), list([])], "{ a: 1 } 'b' []"],
    [[text('%cred%c'), text('color: red'), text('')], 'red'],
    [[text('100%% %s'), text('sure'), number(1)], '100% sure 1'],
    [[text('%d%')], '%d%'],
    [[text('%s')], '%s'],
    [[number(1), text('%s'), text('x')], '1 %s x'],
  ] as const) {
    it(`shows ${line}`, () => {
      assert.deepEqual(shown(args), [`info [page] ${line}`]);
    });
  }

  it('draws a table', () => {
    const row = (a: string): Json => ({ valuePreview: object([['a', 'number', a]])['preview'] });
    const table = object([
      ['0', 'object', 'Object', row('1')],
      ['1', 'string', 'plain'],
    ]);
    assert.deepEqual(shown([table], 'table'), [
      [
        'info [page]',
        '┌─────────┬───┬─────────┐',
        '│ (index) │ a │ Values  │',
        '├─────────┼───┼─────────┤',
        '│ 0       │ 1 │         │',
        "│ 1       │   │ 'plain' │",
        '└─────────┴───┴─────────┘',
      ].join('\n'),
    ]);
    assert.deepEqual(shown([number(5)], 'table'), ['info [page] 5']);
  });

  it('says what was asserted, and where a trace was', () => {
    assert.deepEqual(shown([text('a %s'), text('b')], 'assert'), [
      'error [page] Assertion failed: a b',
    ]);
    assert.deepEqual(shown([text('console.assert')], 'assert'), ['error [page] Assertion failed']);
    const callFrames = [{ functionName: 'f', url: 'http://a/', lineNumber: 0, columnNumber: 4 }];
    assert.deepEqual(shown([text('x')], 'trace', { stackTrace: { callFrames } }), [
      'info [page] Trace: x\n    at f (http://a/:1:5)',
    ]);
    assert.deepEqual(shown([text('console.clear')], 'clear'), []);
  });

  it('sets lines of groups in, of each session apart, to a depth', () => {
    const { lines, say } = opened();
    const call = (type: string, value: string, session?: string): void =>
      say('Runtime.consoleAPICalled', { type, args: [text(value)] }, session);
    call('startGroup', 'one');
    call('startGroupCollapsed', 'console.groupCollapsed');
    call('log', 'a\nb');
    call('log', 'other', 'T');
    for (let count = 0; count < 5; count++) call('endGroup', 'console.groupEnd');
    call('log', 'out');
    assert.deepEqual(lines, [
      'info [page] one',
      'info [page]     a\n    b',
      'info [page] other',
      'info [page] out',
    ]);
    for (let count = 0; count < 400; count++) call('startGroup', 'console.group');
    call('log', 'deep');
    assert.equal(lines.at(-1), `info [page] ${' '.repeat(32)}deep`);
  });

  it('gives uncaught errors their place', () => {
    const { lines, say } = opened();
    const place = { url: 'http://a/', lineNumber: 1, columnNumber: 2 };
    const thrown = (exception: Json | undefined, more: Json = {}): void =>
      say('Runtime.exceptionThrown', {
        exceptionDetails: { text: 'Uncaught', ...place, exception, ...more },
      });
    const error = (description: string): Json => ({
      type: 'object',
      subtype: 'error',
      description,
    });
    thrown(error('Error: x\n    at f (http://a/:2:3)'));
    thrown(error('SyntaxError: Unexpected token'));
    thrown(text('oh'), { text: 'Uncaught (in promise)' });
    thrown(object([['a', 'number', '1']]), { url: undefined, stackTrace: { callFrames: [place] } });
    thrown(undefined, { url: 'pptr:evaluate;x' });
    thrown(error('Error: y\n    at pptr:evaluate;Object.%3Canonymous%3E%20(a.js%3A2%3A12):4:45'));
    thrown(error('Error: z\n    at pptr:%E0%A4%A'));
    assert.deepEqual(lines, [
      'error [page error] Error: x\n    at f (http://a/:2:3)',
      'error [page error] SyntaxError: Unexpected token (http://a/:2:3)',
      "error [page error] Uncaught (in promise) 'oh' (http://a/:2:3)",
      'error [page error] Uncaught { a: 1 } (http://a/:2:3)',
      'error [page error] Uncaught',
      'error [page error] Error: y\n    at pptr:evaluate;Object.<anonymous> (a.js:2:12):4:45',
      'error [page error] Error: z\n    at pptr:%E0%A4%A',
    ]);
  });

  it('tells once what several sessions tell', () => {
    const { lines, say } = opened();
    const said = { type: 'log', args: [text('x')], executionContextId: 3, timestamp: 7.5 };
    say('Runtime.consoleAPICalled', said);
    say('Runtime.consoleAPICalled', said, 'another');
    say('Runtime.consoleAPICalled', { ...said, timestamp: 7.6 });
    say('Target.attachedToTarget', { targetInfo: { targetId: 'W', type: 'worker' } });
    const entry = (workerId: string): Json => ({
      entry: { source: 'worker', level: 'info', text: workerId, url: 'http://a/w.js', workerId },
    });
    say('Log.entryAdded', entry('W'));
    say('Log.entryAdded', entry('V'));
    assert.deepEqual(lines, ['info [page] x', 'info [page] x', 'info [page] V (http://a/w.js)']);
  });

  it('says nothing of what the script lets fail, nor of icons', () => {
    const { lines, say, failed } = opened();
    const entry = (networkRequestId: string, why = 'net::ERR_FAILED'): void =>
      say('Log.entryAdded', {
        entry: { source: 'network', level: 'error', text: why, url: 'http://a/', networkRequestId },
      });
    say('Fetch.requestPaused', { requestId: 'job-1', networkId: '1.1' });
    say('Fetch.requestPaused', { requestId: 'job-1', networkId: '1.2' }, 'another');
    failed('another', 'job-1');
    failed('another', 'job-9');
    const icon = { type: 'Other', initiator: { type: 'other' }, requestId: '1.3' };
    say('Network.requestWillBeSent', icon);
    say('Network.requestWillBeSent', { ...icon, type: 'Image', requestId: '1.4' });
    for (const id of ['1.1', '1.2', '1.3', '1.4']) entry(id);
    entry('1.5', 'Failed to load resource: net::ERR_BLOCKED_BY_CLIENT.Inspector');
    entry('1.6', 'Failed to load resource: net::ERR_BLOCKED_BY_ADMINISTRATOR');
    assert.deepEqual(
      lines.map((line) => line.split('::')[1]),
      [
        'ERR_FAILED (http://a/)',
        'ERR_FAILED (http://a/)',
        'ERR_BLOCKED_BY_ADMINISTRATOR (http://a/)',
      ],
    );
  });

  it('does not read an event that is too long to be written, nor any once it is full', () => {
    const { lines, event } = opened();
    let reads = 0;
    const params = (): Json => {
      reads += 1;
      return { type: 'log', args: [text('x')] };
    };
    const long = 60_000_000;
    event('Fetch.requestPaused', params, 'S', long);
    event('Runtime.consoleAPICalled', params, 'S', long);
    assert.deepEqual(
      [reads, lines],
      [0, ['info [page] A line of about 60000000 characters is left out.']],
    );
    for (let count = 0; count < 600; count++) {
      event('Runtime.consoleAPICalled', params, 'S', 100);
    }
    assert.ok(reads <= 500, `${reads} events were read`);
    assert.match(lines.at(-1) ?? '', /are left out/);
  });

  it('keeps lines short, whatever an event holds', () => {
    const nested = (depth: number): Json =>
      depth === 0
        ? text('x')
        : object([['a', 'object', 'Object', { valuePreview: nested(depth - 1) }]]);
    assert.ok((shown([nested(200)])[0]?.length ?? 0) < 100);
    assert.equal(shown([text('\n'.repeat(100_000))])[0]?.length, 2_048 + 'info '.length);
    const any = fc.anything({ maxDepth: 4, withNullPrototype: true });
    const names = ['args', 'type', 'preview', 'properties', 'entries', 'key', 'value', 'subtype'];
    const hostile = fc.dictionary(fc.constantFrom(...names), fc.oneof(any, fc.json()));
    fc.assert(
      fc.property(fc.array(hostile), fc.constantFrom('log', 'table', 'dir'), (args, type) => {
        for (const line of shown(args, type)) assert.ok(line.length <= 2_048 + 10);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
