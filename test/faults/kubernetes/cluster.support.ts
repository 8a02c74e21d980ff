import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../deploy/helm.support.ts';
import { until } from '../../shared/until.support.ts';
import { clusterPrograms } from './programs.support.ts';

const nobody = 65_534;

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The control plane of a cluster: etcd, the API server and the controllers, as an ordinary user, on loopback. It has
 * no nodes, so pods wait for ever; what a kubelet would say of them a test says itself.
 */
export class Cluster implements AsyncDisposable {
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];
  readonly #said: string[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<Cluster> {
    const programs = clusterPrograms();
    const cluster = new Cluster(mkdtempSync(join(tmpdir(), 'castellan-kubernetes-')));
    try {
      await cluster.#begin(programs);
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  /** Runs kubectl, with a text at its standard input. */
  kubectl(args: readonly string[], input = ''): Promise<Ended> {
    return this.#run('kubectl', args, input);
  }

  helm(args: readonly string[], input = ''): Promise<Ended> {
    return this.#run('helm', args, input);
  }

  /** An object, or a list of them, as the API server has it. */
  async get<Kind>(...what: readonly string[]): Promise<Kind> {
    const { code, stdout, stderr } = await this.kubectl(['get', ...what, '--output=json']);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Kind;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children.toReversed()) {
      const ended = once(child, 'exit');
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL'))
        await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #begin(programs: string): Promise<void> {
    const at = (name: string): string => join(this.#folder, name);
    const [clients, peers, port] = await Promise.all([freePort(), freePort(), freePort()]);
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const token = randomBytes(16).toString('hex');
    writeFileSync(at('accounts.key'), privateKey);
    writeFileSync(at('accounts.pub'), publicKey);
    writeFileSync(at('tokens.csv'), `${token},admin,1,"system:masters"\n`);
    writeFileSync(at('kubeconfig'), kubeconfig(port, token));
    for (const name of ['', 'accounts.key', 'accounts.pub', 'tokens.csv', 'kubeconfig']) {
      chownSync(at(name), nobody, nobody);
    }
    chmodSync(this.#folder, 0o700);

    const [store, ring] = [`http://127.0.0.1:${clients}`, `http://127.0.0.1:${peers}`];
    this.#spawn(join(programs, 'etcd'), [
      `--data-dir=${at('etcd')}`,
      '--unsafe-no-fsync',
      `--listen-client-urls=${store}`,
      `--advertise-client-urls=${store}`,
      `--listen-peer-urls=${ring}`,
      `--initial-advertise-peer-urls=${ring}`,
      `--initial-cluster=default=${ring}`,
    ]);
    this.#spawn(join(programs, 'kube-apiserver'), [
      `--etcd-servers=${store}`,
      `--cert-dir=${at('certificates')}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      `--service-account-key-file=${at('accounts.pub')}`,
      `--service-account-signing-key-file=${at('accounts.key')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--token-auth-file=${at('tokens.csv')}`,
      '--authorization-mode=RBAC',
    ]);
    await this.#answers('/readyz');
    this.#spawn(join(programs, 'kube-controller-manager'), [
      `--kubeconfig=${at('kubeconfig')}`,
      `--service-account-private-key-file=${at('accounts.key')}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      '--secure-port=0',
      '--port=0',
    ]);
    // The controllers' first work.
    await this.#answers('/api/v1/namespaces/default/serviceaccounts/default');
  }

  async #answers(path: string): Promise<void> {
    await until(
      `the API server answers ${path}`,
      async () => {
        const ended = this.#children.find((child) => child.exitCode !== null);
        assert.equal(ended, undefined, this.#said.slice(-20).join('\n'));
        return (await this.kubectl(['get', '--raw', path])).code === 0;
      },
      120_000,
    );
  }

  #spawn(file: string, args: readonly string[]): void {
    const child = spawn(file, args, {
      cwd: this.#folder,
      uid: nobody,
      gid: nobody,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#said.push(text));
    this.#children.push(child);
  }

  #run(name: 'helm' | 'kubectl', args: readonly string[], input: string): Promise<Ended> {
    const { promise, resolve } = Promise.withResolvers<Ended>();
    const env = {
      ...process.env,
      KUBECONFIG: join(this.#folder, 'kubeconfig'),
      HOME: this.#folder,
    };
    const options = { env, timeout: 120_000, maxBuffer: 2 ** 26 };
    const child = execFile(program(name), args, options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
    child.stdin?.on('error', () => undefined).end(input);
    return promise;
  }
}

function kubeconfig(port: number, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'test',
        cluster: { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true },
      },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin', namespace: 'runs' } }],
    'current-context': 'test',
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
