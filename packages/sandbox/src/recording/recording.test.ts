import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recordBounds } from '@castellan/protocol';
import { type Moments, startMoments } from './moments.ts';
import { Recording } from './recording.ts';

/** A clock of which each look takes 300 ms. */
function slowClock(): Moments {
  let now = 0;
  return { ...startMoments(), now: () => (now += 300) };
}

const options = { runId: 'run_1', env: { PASS: 'hunter22', SHORT: 'de' }, trace: true };

/** What the files of a recording hold, by name. */
function filesOf(recording: Recording): Record<string, string> {
  const files = [...recording.files()].map(({ name, bytes }) => [
    name,
    Buffer.from(bytes).toString(),
  ]);
  return Object.fromEntries(files) as Record<string, string>;
}

interface Har {
  readonly log: {
    readonly version: string;
    readonly comment: string;
    readonly pages: readonly { readonly id: string; readonly title: string }[];
    readonly entries: readonly {
      readonly pageref?: string;
      readonly time: number;
      readonly request: { url: string; headers: { name: string; value: string }[] };
      readonly response: {
        status: number;
        headers: unknown[];
        redirectURL: string;
        _error?: string;
      };
      readonly _unfinished?: boolean;
    }[];
  };
}

interface Trace {
  readonly otherData: { readonly format: string; readonly comment: string };
  readonly traceEvents: readonly {
    readonly ph: string;
    readonly name: string;
    readonly pid: number;
    readonly tid: number;
    readonly ts: number;
    readonly dur: number;
    readonly args: Record<string, unknown>;
  }[];
}

const harOf = (recording: Recording): Har['log'] =>
  (JSON.parse(filesOf(recording)['recording.har'] ?? '') as Har).log;
const traceOf = (recording: Recording): Trace =>
  JSON.parse(filesOf(recording)['recording.trace.json'] ?? '') as Trace;

/** Sends an event of a browser, as one of the script's sessions gets it. */
function tell(recording: Recording, method: string, params: object, session = 'S1'): void {
  const { length } = JSON.stringify(params);
  recording.ofBrowser.onEvent?.(method, () => params as Record<string, unknown>, session, length);
}

const asked = (
  requestId: string,
  url: string,
  more: object = {},
  headers: object = {},
): object => ({
  requestId,
  type: 'Document',
  request: { url, method: 'GET', headers },
  ...more,
});

describe('Requests of a recording', () => {
  it('are those of the pages, with their answers, redirects and failures', () => {
    const recording = new Recording(options);
    tell(recording, 'Network.requestWillBeSent', asked('1', 'http://a.example/'));
    const redirectResponse = { status: 302, headers: { Location: 'http://a.example/b?token=x#y' } };
    tell(
      recording,
      'Network.requestWillBeSent',
      asked('1', 'http://a.example/b', { redirectResponse }),
    );
    tell(recording, 'Network.responseReceived', { requestId: '1', response: { status: 200 } });
    tell(recording, 'Network.loadingFinished', { requestId: '1', encodedDataLength: 7 });
    tell(recording, 'Network.requestWillBeSent', asked('2', 'http://a.example/c'));
    tell(recording, 'Network.loadingFailed', { requestId: '2', errorText: 'net::ERR_FAILED' });
    tell(recording, 'Network.requestWillBeSent', asked('3', 'http://a.example/d'));
    const { version, pages, entries } = harOf(recording);
    assert.deepEqual([version, pages.length, pages[0]?.title], ['1.2', 1, 'http://a.example/']);
    assert.deepEqual(
      entries.map(({ request, response }) => [request.url, response.status, response['_error']]),
      [
        ['http://a.example/', 302, undefined],
        ['http://a.example/b', 200, undefined],
        ['http://a.example/c', 0, 'net::ERR_FAILED'],
        ['http://a.example/d', 0, undefined],
      ],
    );
    assert.equal(entries[0]?.response.redirectURL, 'http://a.example/b?token=redacted');
    assert.deepEqual(
      entries.map((entry) => entry['_unfinished']),
      [undefined, undefined, undefined, true],
    );
  });

  it('stand once, however many sessions tell of them', () => {
    const recording = new Recording(options);
    for (const session of ['S1', 'S2', 'S1']) {
      tell(recording, 'Network.requestWillBeSent', asked('1', 'http://a.example/'), session);
      tell(recording, 'Network.loadingFinished', { requestId: '1' }, session);
    }
    tell(recording, 'Network.requestWillBeSent', asked('2', 'http://a.example/2'), 'S2');
    const { entries } = harOf(recording);
    assert.deepEqual(
      entries.map(({ request }) => request.url),
      ['http://a.example/', 'http://a.example/', 'http://a.example/2'],
    );
  });

  it('hold no secret: headers, parameters, user, password, fragment, values of env', () => {
    const recording = new Recording(options);
    const headers = {
      Cookie: 'sid=1',
      Authorization: 'Bearer 1',
      'X-Api-Key': '1',
      'x-csrf-token': '1',
      Referer: 'http://u:p@a.example/?password=1#f',
      Plain: 'the hunter22 word',
    };
    const url = 'http://user:pw@a.example/hunter22?access_token=1&Signature=2&lang=de#code=3';
    tell(recording, 'Network.requestWillBeSent', asked('1', url, {}, headers));
    const answered = { status: 200, headers: { 'Set-Cookie': 'sid=1', 'www-authenticate': '1' } };
    tell(recording, 'Network.responseReceived', { requestId: '1', response: answered });
    const [entry] = harOf(recording).entries;
    assert.equal(
      entry?.request.url,
      'http://a.example/redacted?access_token=redacted&Signature=redacted&lang=de',
    );
    assert.deepEqual(
      entry?.request.headers.map(({ name, value }) => [name, value]),
      [
        ['Cookie', 'redacted'],
        ['Authorization', 'redacted'],
        ['X-Api-Key', 'redacted'],
        ['x-csrf-token', 'redacted'],
        ['Referer', 'http://a.example/?password=redacted'],
        ['Plain', 'the redacted word'],
      ],
    );
    assert.ok(!Object.values(filesOf(recording)).join('').includes('hunter22'));
    assert.ok(!JSON.stringify(entry?.response.headers).includes('sid=1'));
  });

  it('are bounded in number, size and in what is read of them', () => {
    const recording = new Recording(options);
    let read = 0;
    const { onEvent } = recording.ofBrowser;
    for (let index = 0; index < 100_000; index++) {
      const params = asked(
        `r${index}`,
        `http://a.example/${'x'.repeat(600)}`,
        {},
        { a: 'b'.repeat(900) },
      );
      onEvent?.(
        'Network.requestWillBeSent',
        () => {
          read++;
          return params as Record<string, unknown>;
        },
        `S${index}`,
        1_800,
      );
    }
    assert.ok(read <= 6 * recordBounds.requests.most, `${read} events were read`);
    const { entries, comment } = harOf(recording);
    assert.equal(entries.length, recordBounds.requests.most);
    assert.equal(comment, '98000 requests are left out: a recording has at most 2000.');
    for (const text of Object.values(filesOf(recording))) {
      const most = recordBounds.traceBytes.most + 100_000;
      assert.ok(text.length <= most, `${text.length} characters`);
    }
  });

  it('are left out when an event is long, and their parts cut', () => {
    const recording = new Recording(options);
    const never = (): never => assert.fail('it was read');
    recording.ofBrowser.onEvent?.('Network.requestWillBeSent', never, 'S1', 2 ** 24);
    const headers = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`h${index}`, 'v']),
    );
    tell(
      recording,
      'Network.requestWillBeSent',
      asked('1', `data:,${'x'.repeat(9_000)}`, {}, headers),
    );
    const { entries, comment } = harOf(recording);
    assert.equal(comment, '1 requests are left out: a recording has at most 2000.');
    assert.equal(entries[0]?.request.url.length, recordBounds.text.most);
    assert.equal(entries[0]?.request.headers.length, recordBounds.headers.most);
  });

  it('bear whatever a browser says of them', () => {
    const recording = new Recording(options);
    const odd = [
      {},
      { requestId: 1 },
      { requestId: 'a', request: null },
      { requestId: 'b', request: [] },
    ];
    for (const params of odd) {
      for (const method of [
        'requestWillBeSent',
        'responseReceived',
        'loadingFinished',
        'loadingFailed',
      ])
        tell(recording, `Network.${method}`, params);
    }
    tell(recording, 'Network.requestWillBeSent', asked('c', 'http://\0\u202e"</script>\ud800'));
    tell(recording, 'Network.responseReceived', {
      requestId: 'c',
      response: { status: -1, headers: { 'a\0\n': '\u2028' }, encodedDataLength: Infinity },
    });
    assert.equal(harOf(recording).entries.length, 3);
    assert.ok(traceOf(recording).traceEvents.length > 0);
  });
});

describe('Calls of a recording', () => {
  it('stand on lanes, so that those of a lane do not overlap', () => {
    const recording = new Recording(options, slowClock());
    const begin = (id: number, name: string): void =>
      recording.action({ id, name, args: '"#b"', place: 'script.js:1:1' });
    begin(1, 'page.waitForResponse');
    begin(2, 'page.click');
    recording.action({ id: 2, error: null });
    recording.action({ id: 1, error: 'TimeoutError: late, hunter22' });
    begin(3, 'page.goto');
    recording.action({ id: 9, error: null });
    const { otherData, traceEvents } = traceOf(recording);
    assert.equal(otherData.format, 'castellan-trace/1');
    const calls = traceEvents.filter(({ ph, pid }) => ph === 'X' && pid === 1);
    assert.deepEqual(
      calls.map(({ name, tid, args }) => [name, tid, args['error'], args['isUnfinished']]),
      [
        ['page.waitForResponse', 1, 'TimeoutError: late, redacted', undefined],
        ['page.click', 2, undefined, undefined],
        ['page.goto', 1, undefined, true],
      ],
    );
    for (const { ts, dur } of calls) assert.ok(ts >= 0 && dur >= 0);
  });

  it('are bounded in number, and of what is beyond nothing is kept', () => {
    const recording = new Recording({ ...options, video: true }, slowClock());
    for (let id = 0; id < 50_000; id++) {
      recording.action({ id, name: 'page.$\u202e</script>', args: 'x'.repeat(1_024), place: null });
      recording.action({ id, error: '\0' });
    }
    const { traceEvents, otherData } = traceOf(recording);
    assert.ok(traceEvents.length <= recordBounds.actions.most + 2);
    assert.match(otherData.comment, /^48000 calls are left out: a recording has at most 2000\./);
  });
});

describe('A film', () => {
  const jpeg = (number: number, bytes = 1_000): string => {
    const picture = Buffer.alloc(bytes, number);
    picture.set([0xff, 0xd8, 0xff]);
    picture.writeUInt32BE(number, 3);
    return picture.toString('base64');
  };

  it('holds each picture once, in order, with its page and time', () => {
    const recording = new Recording({ ...options, video: true }, slowClock());
    for (const number of [1, 1, 2, 2, 3]) recording.ofBrowser.onPicture?.(number, jpeg(number));
    for (const wrong of ['', 'AAAA', '<svg onload=alert(1)>'])
      recording.ofBrowser.onPicture?.(1, wrong);
    assert.deepEqual(
      recording.film?.frames.map(({ page }) => page),
      [1, 2, 3],
    );
    const html = filesOf(recording)['recording.html'] ?? '';
    assert.equal(html.match(/<img alt="page/g)?.length, 3);
    const data = /<script type="application\/json" id="recording">(.*?)<\/script>/s.exec(html)?.[1];
    assert.equal((JSON.parse(data ?? '') as { frames: object[] }).frames.length, 3);
  });

  it('covers the whole run within its bounds', () => {
    const recording = new Recording({ ...options, video: true }, slowClock());
    for (let number = 1; number <= 3_000; number++) {
      recording.ofBrowser.onPicture?.(number % 7, jpeg(number, 60_000));
    }
    recording.ofBrowser.onPicture?.(1, jpeg(1, 2 ** 22));
    const frames = recording.film?.frames ?? [];
    const numbers = frames.map((frame) => frame.jpeg.readUInt32BE(3));
    assert.ok(frames.length <= recordBounds.frames.most && frames.length > 20);
    const bytes = frames.reduce((sum, frame) => sum + frame.jpeg.length, 0);
    assert.ok(bytes <= recordBounds.filmBytes.most);
    assert.deepEqual([numbers[0], numbers.at(-1)], [1, 3_000]);
  });

  it('has nothing of the box in its page but text', () => {
    const recording = new Recording({ ...options, video: true }, slowClock());
    recording.ofBrowser.onPicture?.(1, jpeg(1));
    const name = '</script><img src=x onerror=alert(1)>';
    recording.action({ id: 1, name, args: '<!--<script>', place: name });
    recording.action({ id: 1, error: name });
    const html = filesOf(recording)['recording.html'] ?? '';
    assert.equal(html.match(/<\/script>/g)?.length, 2);
    assert.ok(!html.includes('<img src=x') && !html.includes('<!--'));
    assert.match(html, /default-src 'none'; img-src data:; .*script-src 'sha256-/);
  });

  it('is no file where nothing was filmed, and none where it was not asked for', () => {
    assert.deepEqual(Object.keys(filesOf(new Recording({ runId: 'r', env: {}, video: true }))), []);
    const recording = new Recording(options);
    assert.equal(recording.ofBrowser.onPicture, undefined);
    assert.deepEqual(Object.keys(filesOf(recording)), ['recording.har', 'recording.trace.json']);
  });
});
