import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Values that no script may ever see, one for each place that a script may not reach. */
export interface Canaries extends AsyncDisposable {
  readonly values: Readonly<Record<'file' | 'env' | 'tenant' | 'helper' | 'secret', string>>;
  /** What a program needs in order to try: where the file lies, where the listener listens. */
  readonly targets: { readonly file: string; readonly variable: string; readonly port: number };
  /** Connections that the listener has had. */
  connections(): number;
}

const variable = 'CASTELLAN_ATTACK_TARGET';

/** Puts the canaries in place: a file, an environment variable of this process, a listener. */
export async function setCanaries(): Promise<Canaries> {
  const values = {
    file: fresh(),
    env: fresh(),
    tenant: fresh(),
    helper: fresh(),
    secret: fresh(),
  };
  const folder = mkdtempSync(join(tmpdir(), 'target-'));
  const file = join(folder, 'secret.txt');
  writeFileSync(file, values.file);
  process.env[variable] = values.env;
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    values,
    targets: { file, variable, port },
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
      delete process.env[variable];
      rmSync(folder, { recursive: true });
    },
  };
}

/** The prefix lets a program recognise a canary that it comes across. */
function fresh(): string {
  return `canary-${randomBytes(12).toString('hex')}`;
}
