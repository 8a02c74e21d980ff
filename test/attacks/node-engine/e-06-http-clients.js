// Every client that Node has, each with agents and sockets of its own.
const { report } = require('./report.js');
const r = report();
const { port } = params.targets;
const url = `http://127.0.0.1:${port}/`;
const http = require('node:http');
const get = (options) => new Promise((ok, no) => http.get(url, options, (response) => ok(response.statusCode)).on('error', no));
const opened = (emitter, event) => new Promise((ok, no) => emitter.on(event, ok).on('error', no));
await r.wait('agent', () => get({ agent: new http.Agent({ keepAlive: true }) }));
await r.wait('no agent', () => get({ agent: false }));
await r.wait('own connection', () => get({ createConnection: () => require('node:net').connect(port, '127.0.0.1') }));
await r.wait('no proxy', () => get({ agent: new http.Agent({ proxyEnv: {} }) }));
await r.wait('fetch', () => fetch(url).then((response) => response.status));
await r.wait('http2', () => opened(require('node:http2').connect(url), 'connect'));
await r.wait('tls', () => opened(require('node:tls').connect(port, '127.0.0.1'), 'secureConnect'));
const socket = () => new WebSocket(`ws://127.0.0.1:${port}`);
await r.wait('WebSocket', () => new Promise((ok, no) => Object.assign(socket(), { onopen: ok, onerror: () => no(new Error('refused')) })));
return r.done();
