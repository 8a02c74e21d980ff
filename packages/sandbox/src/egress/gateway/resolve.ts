import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type AddressRules, type Judged, judgeAddress } from '../rules/addresses.ts';
import { Refused, shown } from '../rules/refused.ts';

/** The addresses that a name led to, all of them judged. */
export interface Resolved {
  readonly addresses: readonly string[];
  /** All of them are open only because the operator named their ranges. */
  readonly isPrivate: boolean;
}

/**
 * Asks name servers, for one run: no answer is kept, and none is shared with another run. Neither
 * the machine's hosts file nor its search list has a say. `localhost` is answered here.
 */
export class Names implements Disposable {
  readonly #resolver: Resolver;
  readonly #own: () => ReadonlySet<string>;

  /** `servers` as addresses; `own` gives the addresses that this machine has now. */
  constructor(servers: readonly string[], own: () => ReadonlySet<string>) {
    this.#resolver = new Resolver({ timeout: 1_000, tries: 2 });
    this.#resolver.setServers(servers);
    this.#own = own;
  }

  /**
   * The addresses of a host that may all be connected to. One answer that is refused refuses the
   * host: a mixed answer is how names are rebound. Throws `Refused`, or the resolver's error.
   */
  async resolve(host: string, rules: AddressRules): Promise<Resolved> {
    const found = await this.#lookUp(host, rules);
    if (found.length === 0) throw new Error(`${shown(host)} has no address`);
    const own = this.#own();
    const judged = found.map((address): Judged => {
      try {
        return judgeAddress(address, rules, own);
      } catch (error) {
        if (!(error instanceof Refused) || address === host) throw error;
        throw new Refused(`${shown(host)} leads to ${error.message}`);
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
    if (host === 'localhost' || host.endsWith('.localhost')) {
      // Both are true, so those that the operator opened; when there are none, one to be refused.
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

/** A name without records of a kind is an answer; a server that does not answer is not. */
async function orNone(answer: Promise<string[]>): Promise<string[]> {
  try {
    return await answer;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENODATA' || code === 'ENOTFOUND') return [];
    throw error;
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
