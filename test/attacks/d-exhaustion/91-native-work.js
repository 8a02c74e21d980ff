// Work of minutes, and memory without end, in one call of Node's own cryptography and compression, where no isolate
// is looked at.
const crypto = require('node:crypto');
const zlib = require('node:zlib');
const works = {
  pbkdf2: () => crypto.pbkdf2Sync('p', 's', 2 ** 31 - 1, 64, 'sha512'),
  scrypt: () => crypto.scryptSync('p', 's', 64, { N: 2 ** 14, r: 8, p: 2 ** 12, maxmem: 2 ** 40 }),
  primes: () => crypto.generatePrimeSync(10_000, { safe: true }),
  keys: () => crypto.generateKeyPairSync('rsa', { modulusLength: 16_384 }),
  memory: () => crypto.scryptSync('p', 's', 64, { N: 2 ** 22, r: 64, maxmem: 2 ** 40 }),
  states: () => { const kept = []; for (;;) kept.push(zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_LGWIN]: 24 } }), kept.at(-1)?.write(new Uint8Array(2 ** 20))); },
  bomb: () => { let bytes = new Uint8Array(2 ** 24); const kept = []; const packed = zlib.brotliCompressSync(bytes); for (;;) kept.push(zlib.brotliDecompressSync(packed)); },
};
works[params.kind]();
return 'done';
