import { createSandbox, type Run, type Sandbox } from '@castellan/sandbox';

export interface ScriptRunnerOptions {
  readonly memoryLimitMb: number;
  /** The only server that scripts may reach through the helpers. */
  readonly origin: string;
  readonly log: (text: string) => void;
  readonly fetch?: typeof fetch;
}

type Headers = Record<string, string>;

/** Runs scripts that define `execute(args)`. `btoa` and the like exist without a helper. */
export class ScriptRunner implements AsyncDisposable {
  readonly #sandbox: Promise<Sandbox>;

  constructor({ memoryLimitMb, origin, log, fetch = globalThis.fetch }: ScriptRunnerOptions) {
    const send = async (method: string, headers: Headers, url: string, data?: unknown) => {
      if (new URL(url).origin !== origin) throw new Error(`${url} is not allowed`);
      const body = data === undefined ? null : JSON.stringify(data);
      const response = await fetch(url, { method, headers, body, redirect: 'error' });
      if (!response.ok) throw new Error(`${method} was answered with ${response.status}`);
      return response.json();
    };
    const sendGetRequest = (headers: Headers, url: string) => send('GET', headers, url);
    const sendPostRequest = (headers: Headers, url: string, data: unknown) =>
      send('POST', headers, url, data);
    const limits = { memoryBytes: memoryLimitMb * 2 ** 20 };
    const helpers = { log, http: { sendGetRequest, sendPostRequest } };
    this.#sandbox = createSandbox({ limits, helpers });
  }

  /** The result says how it went; without an `execute` its reason is `no_entry`. */
  async run(script: string, args: object): Promise<Run> {
    return (await this.#sandbox).run(script, { params: args });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#sandbox).close();
  }
}
