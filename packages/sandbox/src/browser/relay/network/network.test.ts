import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkCode, NetworkEntry } from '@castellan/protocol';
import { Pieces } from '../piece.ts';
import { pagesNetwork } from './network.ts';

const plainSign = 'net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH';
const tunnelSign = 'net::ERR_TUNNEL_CONNECTION_FAILED';

function entry(method: string, url: string, code: NetworkCode | null): NetworkEntry {
  const sizes = { durationMs: 1, requestBytes: 0, responseBytes: 0 };
  const rest = { host: 'x', address: null, status: null, outcome: 'failed', reason: 'x' } as const;
  return { seq: 1, time: '', method, url, ...rest, code, ...sizes };
}

function open() {
  const lines: string[] = [];
  const state = { isFlooded: false };
  const network = pagesNetwork({
    write: (text) => void lines.push(text),
    isFlooded: () => state.isFlooded,
  });
  const event = (method: string, params: object) =>
    network.event(method, new Pieces([JSON.stringify({ method, params, sessionId: 'S' })]));
  let last = 0;
  return {
    network,
    lines,
    state,
    event,
    params: (method: string, params: object): Record<string, unknown> =>
      (JSON.parse(event(method, params).message.text()) as { params: never }).params,
    /** The error that a request for the URL is shown with. */
    failed(url: string, errorText: string): unknown {
      const requestId = `${++last}.1`;
      event('Network.requestWillBeSent', { requestId, documentURL: 'x', request: { url } });
      const shown = this.params('Network.loadingFailed', { requestId, errorText, canceled: false });
      return shown['errorText'];
    },
  };
}

test('requests of pages fail with what the gateway said of them, and not of others', () => {
  const at = open();
  const { network } = at;
  network.watch.ended(entry('GET', 'http://a.test/', 'connection_refused'));
  network.watch.ended(entry('POST', 'http://a.test/%22?q=%5C', 'timed_out'));
  network.watch.ended(entry('CONNECT', 'b.test:443', 'name_not_resolved'));
  network.watch.ended(entry('CONNECT', '[::1]:8443', 'connection_reset'));
  network.watch.ended(entry('GET', 'http://inside.test/', 'address_not_allowed'));
  network.watch.ended(entry('GET', 'http://fine.test/', null));
  assert.equal(at.failed('http://a.test/', plainSign), 'net::ERR_CONNECTION_REFUSED');
  assert.equal(at.failed('http://a.test/%22?q=%5C', plainSign), 'net::ERR_TIMED_OUT');
  assert.equal(at.failed('https://b.test/x', tunnelSign), 'net::ERR_NAME_NOT_RESOLVED');
  assert.equal(at.failed('wss://[::1]:8443/x', tunnelSign), 'net::ERR_CONNECTION_RESET');
  assert.equal(at.failed('http://inside.test/', plainSign), 'net::ERR_NAME_NOT_RESOLVED');
  // Servers behind a tunnel may send what the gateway never passes on, and other errors are Chromium's.
  assert.equal(at.failed('https://b.test/', plainSign), plainSign);
  assert.equal(at.failed('http://a.test/', 'net::ERR_ABORTED'), 'net::ERR_ABORTED');
});

test('requests beyond the limit are blocked, although they have no entry', () => {
  const at = open();
  at.network.watch.ended(entry('CONNECT', 'b.test:443', 'timed_out'));
  at.lines.length = 0;
  at.state.isFlooded = true;
  at.network.watch.ended(entry('GET', 'http://a.test/1', 'too_many_requests'));
  for (const url of ['http://a.test/1', 'http://a.test/2', 'https://b.test/']) {
    assert.equal(
      at.failed(url, url.startsWith('https') ? tunnelSign : plainSign),
      'net::ERR_BLOCKED_BY_ADMINISTRATOR',
    );
  }
  at.network.conclude();
  at.network.conclude();
  assert.equal(at.lines.length, 3);
  assert.match(at.lines[0] ?? '', /^GET http:\/\/a\.test\/1 failed: .*networkRequests/);
  assert.equal(
    at.lines[2],
    'More attempts of pages failed (1): 1 × net::ERR_BLOCKED_BY_ADMINISTRATOR.',
  );
});

test('lines are bounded in number, and counted beyond that', () => {
  const { network, lines } = open();
  for (let at = 0; at < 200; at++)
    network.watch.ended(entry('GET', `http://a.test/${at}`, 'failed'));
  network.watch.ended(entry('GET', 'http://a.test/0', 'failed'));
  network.conclude();
  assert.equal(lines.length, 51);
  assert.match(lines.at(-1) ?? '', /\(151\)/);
});

test('what leads inside reads like a name that does not exist', () => {
  const { network, lines } = open();
  network.watch.ended(entry('GET', 'http://a.test/', 'address_not_allowed'));
  network.watch.ended(entry('GET', 'http://b.test/', 'name_not_resolved'));
  assert.equal(lines[0]?.replace('a.test', 'b.test'), lines[1]);
});

test('answers have the address that the gateway reached, which headers cannot forge', () => {
  const { network, params } = open();
  network.watch.reached({ place: 'a.test:80', address: '192.0.2.1' });
  network.watch.reached({ place: 'b.test:8443', address: '2001:db8::1' });
  const response = (url: string, headers: object = {}) => ({
    url,
    headers,
    remoteIPAddress: '127.0.0.1',
    remotePort: 3_128,
    fromDiskCache: false,
  });
  const shown = (given: object): unknown[] => {
    const { response: told } = params('Network.responseReceived', {
      requestId: '1',
      response: given,
    });
    const { remoteIPAddress, remotePort } = told as Record<string, unknown>;
    return [remoteIPAddress, remotePort];
  };
  assert.deepEqual(shown(response('http://a.test/x')), ['192.0.2.1', 80]);
  assert.deepEqual(shown(response('https://b.test:8443/')), ['[2001:db8::1]', 8_443]);
  assert.deepEqual(shown(response('http://other.test/')), ['127.0.0.1', 3_128]);
  const forged = { remoteIPAddress: '127.0.0.1', remotePort: '3128', x: '"remotePort":3128,' };
  assert.deepEqual(shown(response('http://a.test/', forged)), ['192.0.2.1', 80]);
  const { redirectResponse } = params('Network.requestWillBeSent', {
    requestId: '2',
    documentURL: '"request":{"url":"http://forged.test/"',
    request: { url: 'http://other.test/' },
    redirectResponse: response('http://a.test/'),
  });
  assert.equal((redirectResponse as Record<string, unknown>)['remoteIPAddress'], '192.0.2.1');
});

test('WebSockets, entries of the log and navigations have the error too', () => {
  const { network, event, params } = open();
  network.watch.ended(entry('CONNECT', 'b.test:80', 'connection_refused'));
  const text = (why: string): string => `WebSocket connection to 'ws://b.test/' failed: ${why}`;
  const why = 'Error in connection establishment: net::ERR_CONNECTION_REFUSED';
  params('Network.webSocketCreated', { requestId: '5', url: 'ws://b.test/' });
  const tunnel = 'Establishing a tunnel via proxy server failed.';
  assert.deepEqual(
    params('Network.webSocketFrameError', { requestId: '5', errorMessage: tunnel }),
    {
      requestId: '5',
      errorMessage: why,
    },
  );
  assert.deepEqual(params('Log.entryAdded', { entry: { text: text(tunnel) } }), {
    entry: { text: text(why) },
  });
  params('Network.requestWillBeSent', { requestId: 'L', request: { url: 'https://b.test:80/' } });
  const failed = { text: `Failed to load resource: ${tunnelSign}`, networkRequestId: 'L' };
  const { message, isTold } = event('Log.entryAdded', { entry: failed });
  assert.ok(isTold);
  assert.match(message.text(), /resource: net::ERR_CONNECTION_REFUSED"/);
  const rest = `,"result":{"frameId":"F","loaderId":"L","errorText":"${tunnelSign}"}}`;
  assert.match(
    network.answer('Page.navigate', new Pieces([rest])).text(),
    /"errorText":"net::ERR_CONNECTION_REFUSED"/,
  );
  const other = new Pieces([rest]);
  assert.equal(network.answer('Runtime.evaluate', other), other);
});

test('an error of TLS, of which the gateway knows nothing, has a line', () => {
  const at = open();
  assert.equal(
    at.failed('https://a.test/', 'net::ERR_CERT_DATE_INVALID'),
    'net::ERR_CERT_DATE_INVALID',
  );
  assert.deepEqual(at.lines, ['https://a.test/ failed: net::ERR_CERT_DATE_INVALID.']);
});
