import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guest } from '../guest.support.ts';

test('a message is cloned when it is sent and delivered in a task of its own', () => {
  using guest = new Guest();
  guest.run(`
    const { port1, port2 } = new MessageChannel();
    const message = { list: [1] };
    port2.onmessage = ({ data, target, ports }) => console.log(data.list.length, target === port2, ports.length);
    port1.postMessage(message);
    message.list.push(2);
    port1.postMessage(message);
    console.log('sync');
  `);
  guest.fireAll();
  assert.deepEqual(
    guest.lines.map(({ text }) => text),
    ['sync', '1 true 0', '2 true 0'],
  );
  assert.equal(guest.pendingTimers(), 0);
});

test('a port waits until it is started, can be transferred, and is silent when closed', () => {
  using guest = new Guest();
  guest.run(`
    const { port1, port2 } = new MessageChannel();
    const other = new MessageChannel();
    port1.postMessage('early');
    port2.addEventListener('message', ({ data, ports: [port] }) => {
      console.log(data);
      if (port) port.postMessage('through');
    });
    other.port1.onmessage = ({ data }) => { console.log(data); port1.close(); port2.postMessage('late'); };
    port1.postMessage('port', [other.port2]);
    setTimeout(() => port2.start(), 5);
  `);
  guest.fireAll();
  assert.deepEqual(
    guest.lines.map(({ text }) => text),
    ['early', 'port', 'through'],
  );
});

test('MessageEvent and PromiseRejectionEvent check what they are given', () => {
  using guest = new Guest();
  assert.deepEqual(
    guest.run(`
      const name = (work) => { try { return work(); } catch (error) { return error.name; } };
      const { port1 } = new MessageChannel();
      const promise = Promise.resolve();
      const event = new MessageEvent('m', { data: 1, origin: 'o', ports: [port1], source: port1 });
      return [event.data, event.origin, event.ports[0] === port1, event.source === port1,
        name(() => new MessageEvent('m', { ports: [{}] })), name(() => new MessagePort()),
        name(() => new PromiseRejectionEvent('x')), new PromiseRejectionEvent('x', { promise, reason: 3 }).reason,
        name(() => structuredClone(port1))];`),
    [1, 'o', true, true, 'TypeError', 'TypeError', 'TypeError', 3, 'DataCloneError'],
  );
});

test('an error event comes first, and what it cancels is not reported', () => {
  using guest = new Guest();
  guest.run(`
    onerror = (message, file, line, column, error) => { console.log(message, error); return error === 'mine'; };
    addEventListener('error', function ({ target }) { console.log(this === globalThis, target === self); });
    reportError('mine');
    reportError('yours');
  `);
  assert.deepEqual(guest.errors, ["'yours'"]);
  assert.deepEqual(
    guest.lines.map(({ text }) => text),
    ['Uncaught mine mine', 'true true', 'Uncaught yours yours', 'true true'],
  );
  assert.deepEqual(
    guest.run(`onerror = null; let n = 0; const f = () => n++; addEventListener('x', f); dispatchEvent(new Event('x'));
      removeEventListener('x', f); dispatchEvent(new Event('x')); return [n, onerror, onunhandledrejection]`),
    [1, null, null],
  );
});
