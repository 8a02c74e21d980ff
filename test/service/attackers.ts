// A process full of hostile clients: connections that say nothing or little, and bodies that are too
// much. `fork` it with the URL, a key, and how many connections from how many addresses.
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

const [url = '', key = '', connections = '0', addresses = '1'] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const counts = { dialled: 0, cut: 0, bodies: 0, refused: 0, taken: 0 };
const over = new AbortController();
/** Between two bombs of a lane: this is about what one does, not about how many there are. */
const pauseMs = 50;

function dial(at: number): Socket {
  const localAddress = `127.0.1.${1 + (at % Number(addresses))}`;
  counts.dialled++;
  return connect({ host: hostname, port: Number(port), localAddress }).on('error', () => {});
}

const head = `POST /v1/runs HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n`;

/** Says nothing, or a byte of its header or body each second, and comes again when it is cut off. */
function linger(at: number): void {
  const socket = dial(at);
  const opening = [undefined, `${head}x-a: `, `${head}content-length: 5000\r\n\r\n{"code":"`][
    at % 3
  ];
  if (opening !== undefined) socket.write(opening);
  const drip = setInterval(() => socket.write('a'), 1_000);
  socket.resume().once('close', () => {
    counts.cut++;
    clearInterval(drip);
    if (!over.signal.aborted) setTimeout(() => linger(at), 5_000);
  });
}

const large = Buffer.alloc(1_000_000, 'x');
const bodies: readonly (readonly [string, readonly Buffer[]])[] = [
  [`${head}content-length: 104857600\r\n\r\n`, Array.from({ length: 100 }, () => large)],
  [
    `${head}transfer-encoding: chunked\r\n\r\nf4240\r\n`,
    Array.from({ length: 100 }, () => Buffer.concat([large, Buffer.from('\r\nf4240\r\n')])),
  ],
  [`${head}x-bomb: ${'h'.repeat(100_000)}\r\n\r\n`, []],
  [`${head}${Array.from({ length: 2_000 }, (_, at) => `x-${at}: 1\r\n`).join('')}\r\n`, []],
  withLength('{"code":"1","params":'),
  withLength(Buffer.from('{"code":"\xff\xfe"}', 'latin1')),
  withLength('['.repeat(900_000)),
  withLength(gzipSync(Buffer.alloc(100_000_000)), 'content-encoding: gzip\r\n'),
];

function withLength(body: string | Buffer, more = ''): readonly [string, readonly Buffer[]] {
  const bytes = Buffer.from(body);
  return [`${head}${more}content-length: ${bytes.length}\r\n\r\n`, [bytes]];
}

/** Sends one body after the other. */
async function bomb(at: number): Promise<void> {
  for (let round = at; !over.signal.aborted; round++) {
    const [start, chunks] = bodies[round % bodies.length] ?? ['', []];
    const socket = dial(round);
    counts.bodies++;
    const { promise, resolve } = Promise.withResolvers<void>();
    const limit = setTimeout(() => socket.destroy(), 5_000);
    socket.once('close', () => resolve());
    socket.once('data', (data: Buffer) => {
      if (data.toString('latin1', 9, 10) === '2') counts.taken++;
      else counts.refused++;
      socket.destroy();
    });
    socket.write(start);
    for (const chunk of chunks) {
      if (socket.destroyed) break;
      if (!socket.write(chunk)) {
        await Promise.race([new Promise((go) => socket.once('drain', go)), promise]);
      }
    }
    await promise;
    clearTimeout(limit);
    await new Promise((go) => setTimeout(go, pauseMs));
  }
}

for (let at = 0; at < Number(connections); at++) linger(at);
const bombing = Promise.all([0, 2, 4, 6].map(bomb));
process.send?.('ready');
process.once('message', () => {
  over.abort();
  void bombing.then(() => process.send?.(counts, () => process.exit(0)));
});
