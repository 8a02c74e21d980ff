type Crypto = typeof import('node:crypto');

/**
 * The functions of `node:crypto` that a script may call, with how many arguments they take: none of them is
 * given a callback. Each is a function of its arguments and of chance alone; what sets the process up
 * (`setFips`, `setEngine`) or reads files is not among them.
 */
export const functions = {
  argon2Sync: 2,
  checkPrimeSync: 2,
  createPrivateKey: 1,
  createPublicKey: 1,
  createSecretKey: 2,
  decapsulate: 2,
  diffieHellman: 1,
  encapsulate: 1,
  generateKeyPairSync: 2,
  generateKeySync: 2,
  generatePrimeSync: 2,
  getCipherInfo: 2,
  getCiphers: 0,
  getCurves: 0,
  getHashes: 0,
  hash: 3,
  hkdfSync: 5,
  pbkdf2Sync: 5,
  privateDecrypt: 2,
  privateEncrypt: 2,
  publicDecrypt: 2,
  publicEncrypt: 2,
  randomUUIDv7: 1,
  scryptSync: 4,
  secureHeapUsed: 0,
  sign: 3,
  timingSafeEqual: 2,
  verify: 4,
} as const satisfies Partial<Record<keyof Crypto, number>>;

/** The functions of classes that need no instance. */
export const statics = {
  'Certificate.exportChallenge': 2,
  'Certificate.exportPublicKey': 2,
  'Certificate.verifySpkac': 2,
  'ECDH.convertKey': 5,
} as const;

const exchangeReads = ['computeSecret', 'generateKeys', 'getPrivateKey', 'getPublicKey'] as const;
/** What a script may call of an exchange of keys. */
export const exchangeCalls = [...exchangeReads, 'setPrivateKey', 'setPublicKey'] as const;
const groupReads = ['getGenerator', 'getPrime', 'verifyError'] as const;

/** What makes something with a state, and what a script may call of that. */
export const classes = {
  createHash: { takes: 2, calls: ['update', 'digest', 'copy'] },
  createHmac: { takes: 3, calls: ['update', 'digest'] },
  createCipheriv: {
    takes: 4,
    calls: ['update', 'final', 'getAuthTag', 'setAAD', 'setAutoPadding'],
  },
  createDecipheriv: {
    takes: 4,
    calls: ['update', 'final', 'setAAD', 'setAuthTag', 'setAutoPadding'],
  },
  createDiffieHellman: { takes: 4, calls: [...exchangeCalls, ...groupReads] },
  createDiffieHellmanGroup: { takes: 1, calls: [...exchangeReads, ...groupReads] },
} as const;

export const certificateMembers = [
  'ca',
  'checkEmail',
  'checkHost',
  'checkIP',
  'checkIssued',
  'checkPrivateKey',
  'fingerprint',
  'fingerprint256',
  'fingerprint512',
  'infoAccess',
  'issuer',
  'keyUsage',
  'publicKey',
  'serialNumber',
  'signatureAlgorithm',
  'signatureAlgorithmOid',
  'subject',
  'subjectAltName',
  'toLegacyObject',
  'toString',
  'validFrom',
  'validFromDate',
  'validTo',
  'validToDate',
  'verify',
] as const;

export const keyMembers = [
  'asymmetricKeyDetails',
  'asymmetricKeyType',
  'export',
  'symmetricKeySize',
] as const;
