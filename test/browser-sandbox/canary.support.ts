/** What must see nothing: a server on this machine, and the log of the browser's network. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { launch } from './page.support.ts';

/** All names below it are this machine, for the browser alone. */
const domain = 'canary.test';

export interface Watched {
  readonly browser: Browser;
  /** The address of the canary under a name of its own. */
  address(name: string): string;
  /** Whether anything was asked of that address so far. */
  isSeen(name: string): boolean;
  /** Closes the browser, once. Returns the names that it looked up, connected to or asked for. */
  close(): Promise<readonly string[]>;
}

/** Starts a canary, and a browser that writes down whatever its network does. */
export async function watch(): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-canary-'));
  const log = join(folder, 'net.json');
  const seen = new Set<string>();
  const server = createServer(({ headers: { host = '' } }, response) => {
    seen.add(host.split('.', 1)[0] ?? '');
    response.setHeader('access-control-allow-origin', '*').end('export default 1');
  });
  server.on('upgrade', ({ headers: { host = '' } }, socket) => {
    seen.add(host.split('.', 1)[0] ?? '');
    socket.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  // STUN and QUIC arrive as datagrams.
  const datagrams = createSocket('udp4').on('message', () => seen.add('datagram'));
  await once(datagrams.bind(port, '127.0.0.1'), 'listening');
  const browser = await launch(
    `--host-resolver-rules=MAP *.${domain} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
    `--log-net-log=${log}`,
    '--net-log-capture-mode=Everything',
  );
  let names: readonly string[] | undefined;
  return {
    browser,
    address: (name) => `${name}.${domain}:${port}`,
    isSeen: (name) => seen.has(name),
    async close() {
      if (names !== undefined) return names;
      await browser.close();
      server.closeAllConnections();
      server.close();
      datagrams.close();
      const text = readFileSync(log, 'utf8');
      rmSync(folder, { recursive: true, force: true });
      const logged = text.matchAll(new RegExp(`([\\w-]+)\\.${domain.replace('.', '\\.')}`, 'g'));
      names = [...new Set([...logged].map(([, name = '']) => name)), ...seen].toSorted();
      return names;
    },
  };
}
