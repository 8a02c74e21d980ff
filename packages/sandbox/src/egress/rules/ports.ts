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

/** The port of a URL without one. */
export function defaultPort(isSecure: boolean): number {
  return isSecure ? 443 : 80;
}
