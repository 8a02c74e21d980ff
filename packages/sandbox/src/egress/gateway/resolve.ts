import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Fault } from './fault.ts';
import { type AddressRules, type Judged, judgeAddress } from '../rules/addresses.ts';
import { Refused, shown } from '../rules/refused.ts';

/** The addresses of a name, all of them checked and allowed. */
export interface Resolved {
  readonly addresses: readonly string[];
  /** Whether all of them are allowed only because the operator named their ranges. */
  readonly isPrivate: boolean;
}

/**
 * A resolver for one run: answers are not cached and not shared between runs. It ignores the machine's
 * hosts file and search list, and answers `localhost` itself.
 */
export class Names implements Disposable {
  readonly #resolver: Resolver;
  readonly #own: () => ReadonlySet<string>;

  /** `servers` are addresses; `own` returns the current addresses of this machine. */
  constructor(servers: readonly string[], own: () => ReadonlySet<string>) {
    this.#resolver = new Resolver({ timeout: 1_000, tries: 2 });
    this.#resolver.setServers(servers);
    this.#own = own;
  }

  /**
   * Resolves with the addresses of a host. If one of them is not allowed the whole host is refused,
   * since mixed answers are used for DNS rebinding. Throws `Refused`, or the resolver's error.
   */
  async resolve(host: string, rules: AddressRules): Promise<Resolved> {
    const found = await this.#lookUp(host, rules);
    if (found.length === 0) throw new Fault('name_not_resolved', `${shown(host)} has no address`);
    const own = this.#own();
    const judged = found.map((address): Judged => {
      try {
        return judgeAddress(address, rules, own);
      } catch (error) {
        if (!(error instanceof Refused) || address === host) throw error;
        const code = isLocal(host) ? 'not_allowed' : 'address_not_allowed';
        throw new Refused(`${shown(host)} leads to ${error.message}`, code);
      }
    });
    return {
      addresses: [...new Set(judged.map(({ canonical }) => canonical))],
      isPrivate: judged.every(({ isPrivate }) => isPrivate),
    };
  }

  [Symbol.dispose](): void {
    this.#resolver.cancel();
  }

  async #lookUp(host: string, rules: AddressRules): Promise<string[]> {
    if (isIP(host) !== 0) return [host];
    if (isLocal(host)) {
      // `localhost` has both addresses: use those that the operator allowed; if there are none, one
      // that will be refused.
      const open = ['127.0.0.1', '::1'].filter((address) => isOpen(address, rules, this.#own()));
      return open.length === 0 ? ['127.0.0.1'] : open;
    }
    const [four, six] = await Promise.all([
      orNone(this.#resolver.resolve4(host)),
      orNone(this.#resolver.resolve6(host)),
    ]);
    return [...four, ...six];
  }
}

/** Whether the gateway answers for that name itself. */
function isLocal(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

/** No records of a type is a valid answer; no response of the server is an error. */
async function orNone(answer: Promise<string[]>): Promise<string[]> {
  try {
    return await answer;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENODATA' || code === 'ENOTFOUND') return [];
    throw new Fault('name_not_resolved', (error as Error).message);
  }
}

function isOpen(address: string, rules: AddressRules, own: ReadonlySet<string>): boolean {
  try {
    judgeAddress(address, rules, own);
    return true;
  } catch {
    return false;
  }
}
