/** Entries of host lists: `host`, `host:port`, `*.suffix`, `*.suffix:port`, `*` or `*:port`. */
import { shown } from './shown.ts';

/** One entry of a host list, normalized by the URL parser. */
export interface HostPattern {
  /** `any` matches every host; `suffix` every name that ends with `.` and the host. */
  readonly kind: 'any' | 'exact' | 'suffix';
  readonly host: string;
  readonly port: number | null;
}

/** Says what is wrong with an entry of a host list. */
export class HostError extends Error {
  override readonly name = 'HostError';
}

const form = /^(\*|(?:\*\.)?[^*/?#@\\%\s:[\]]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i;

/** Parses one entry. Throws `HostError`. */
export function readHost(text: unknown): HostPattern {
  if (typeof text !== 'string') throw new HostError(`a host must be a string, not ${typeof text}`);
  const [, written, portText] = form.exec(text) ?? [];
  if (written === undefined) {
    throw new HostError(
      `${shown(text)} is no host: write host, host:port, *.suffix, *.suffix:port or *, without scheme and path`,
    );
  }
  const port = portText === undefined ? null : Number(portText);
  if (port !== null && (port > 65_535 || isRefusedPort(port))) {
    throw new HostError(`${shown(text)}: port ${port} is never reached`);
  }
  if (written === '*') return { kind: 'any', host: '', port };
  const isSuffix = written.startsWith('*.');
  const host = canonicalHost(isSuffix ? written.slice(2) : written);
  if (host === undefined || (isSuffix && isAddress(host))) {
    throw new HostError(`${shown(text)} holds no valid host name`);
  }
  return { kind: isSuffix ? 'suffix' : 'exact', host, port };
}

/** The host as in a parsed URL, without brackets and trailing dot; `undefined` when it is invalid. */
function canonicalHost(text: string): string | undefined {
  const url = URL.parse(`http://${text}/`);
  return url === null ? undefined : bareHost(url.hostname);
}

/** Whether a host of a parsed URL is an address: the parser writes those of IPv4 in one way only. */
function isAddress(host: string): boolean {
  return host.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * Removes brackets and one trailing dot of a URL's `hostname`. `undefined` for names with an empty
 * label.
 */
export function bareHost(hostname: string): string | undefined {
  if (hostname.startsWith('[')) return hostname.slice(1, -1);
  const host = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  const labels = host.split('.');
  const isName = host.length <= 253 && labels.every(({ length }) => length > 0 && length <= 63);
  return isName ? host : undefined;
}

/**
 * Ports that are never reached, whatever a host list says: the bad ports of the Fetch standard,
 * where a request could be taken for another protocol, and common places of databases, queues and
 * control planes.
 */
const refused: ReadonlySet<number> = new Set([
  // https://fetch.spec.whatwg.org/#port-blocking
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
  103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
  512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
  995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
  6669, 6679, 6697, 10080,
  // Docker, etcd, kubelet.
  2375, 2376, 2379, 2380, 10250, 10255,
  // SQL Server, Oracle, MySQL, PostgreSQL, AMQP, Redis, Cassandra, Kafka, Elasticsearch, memcached,
  // MongoDB.
  1433, 1521, 3306, 5432, 5672, 6379, 9042, 9092, 9200, 9300, 11211, 27017,
]);

/** Whether requests to `port` are always refused. */
export function isRefusedPort(port: number): boolean {
  return refused.has(port);
}
