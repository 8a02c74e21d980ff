import buffer from '../buffer.ts';
import { wrongType } from '../node/errors.ts';
import { type Bytes, call, dataKinds, isData, register } from './call.ts';

const ours = Symbol('certificate');

const properties = [
  'ca',
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
  'validFrom',
  'validFromDate',
  'validTo',
  'validToDate',
];
const methods = [
  'checkEmail',
  'checkHost',
  'checkIP',
  'checkIssued',
  'checkPrivateKey',
  'toLegacyObject',
  'toString',
  'verify',
];

/** A certificate to read: its DER is here, and the runner reads it at each use. */
export class X509Certificate {
  readonly #bytes: Bytes;

  static {
    register({
      special: (value) => (#bytes in value ? ['certificate', value.#bytes] : undefined),
      made: (special) =>
        special[0] === 'certificate' ? new X509Certificate(ours, special[1]) : undefined,
    });
    for (const name of properties) {
      const key = Symbol(name);
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        get(this: Record<symbol, unknown>) {
          this[key] ??= call('certified', [this, name]);
          return this[key];
        },
      });
    }
    for (const name of methods) {
      const value = {
        [name](...given: unknown[]): unknown {
          return call('certified', [this, name, ...given]);
        },
      }[name];
      Object.defineProperty(this.prototype, name, { value, writable: true, configurable: true });
    }
  }

  constructor(...[given, bytes]: unknown[]) {
    if (given === ours) {
      this.#bytes = bytes as Bytes;
      return;
    }
    if (!isData(given)) throw wrongType('buffer', dataKinds, given);
    this.#bytes = (call('certificate', [given]) as X509Certificate).#bytes;
  }

  get raw(): Uint8Array {
    return buffer.Buffer.from(this.#bytes);
  }

  get issuerCertificate(): undefined {
    return undefined;
  }

  toJSON(): unknown {
    return call('certified', [this, 'toString']);
  }
}

/** Netscape's signed requests for certificates, in `Certificate`'s functions and in those of its instances. */
export class Certificate {
  static exportChallenge = (...given: unknown[]): unknown =>
    call('static', ['Certificate.exportChallenge', ...given]);
  static exportPublicKey = (...given: unknown[]): unknown =>
    call('static', ['Certificate.exportPublicKey', ...given]);
  static verifySpkac = (...given: unknown[]): unknown =>
    call('static', ['Certificate.verifySpkac', ...given]);

  exportChallenge = Certificate.exportChallenge;
  exportPublicKey = Certificate.exportPublicKey;
  verifySpkac = Certificate.verifySpkac;
}
