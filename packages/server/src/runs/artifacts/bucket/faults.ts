import { CastellanError } from '@castellan/protocol';
import type { Place } from './place.ts';
import type { BucketFault } from './requests.ts';

interface Said {
  readonly what: string;
  readonly fix: string;
}

const wrongKey: Said = {
  what: 'refuses the credentials',
  fix: 'correct CASTELLAN_S3_ACCESS_KEY_ID and CASTELLAN_S3_SECRET_ACCESS_KEY, or the file of artifacts.credentials',
};
const nobody: Said = {
  what: 'cannot be reached: nobody listens there',
  fix: 'start it, or correct host and port in artifacts.endpoint',
};
const unknownHost: Said = {
  what: 'has a host that no name server knows',
  fix: 'check artifacts.endpoint and artifacts.region',
};
const noWay: Said = {
  what: 'cannot be reached from here',
  fix: 'check artifacts.endpoint, firewalls, and the way to it',
};
const untrusted: Said = {
  what: 'shows a certificate that this machine does not trust',
  fix: 'name the certificate of its authority in NODE_EXTRA_CA_CERTS',
};

/** What is wrong at the start, by the code of S3 or of the connection. */
const sentences: Readonly<Record<string, Said>> = {
  NoSuchBucket: {
    what: 'does not exist',
    fix: 'make it, or correct its name in artifacts.bucket; Castellan makes none',
  },
  InvalidAccessKeyId: wrongKey,
  SignatureDoesNotMatch: wrongKey,
  InvalidToken: wrongKey,
  ExpiredToken: { what: 'says that the credentials have expired', fix: 'renew them' },
  AccessDenied: {
    what: 'denies these credentials a right, or does not know them',
    fix: 'allow s3:ListBucket, s3:ListBucketMultipartUploads, s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload',
  },
  RequestTimeTooSkewed: {
    what: 'has another time than this machine',
    fix: 'set the clock of this machine, by NTP for example',
  },
  ECONNREFUSED: nobody,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  EHOSTUNREACH: noWay,
  ENETUNREACH: noWay,
  ETIMEDOUT: noWay,
  UND_ERR_CONNECT_TIMEOUT: noWay,
  ECONNRESET: noWay,
  UND_ERR_SOCKET: noWay,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  ERR_SSL_WRONG_VERSION_NUMBER: {
    what: 'does not speak TLS there',
    fix: 'write http:// in artifacts.endpoint, if nobody can listen in between',
  },
};

/** The error for a bucket that cannot be used at the start: what is wrong, and what to do. */
export function cannotUse({ where, region }: Place, fault: BucketFault): CastellanError {
  const { what, fix } = isElsewhere(fault, region)
    ? {
        what: `is in another region than ${region}`,
        fix: `set artifacts.region to ${fault.region ?? 'that of the bucket'}`,
      }
    : (sentences[fault.code] ?? {
        what: `cannot be used: ${fault.code}`,
        fix: 'check artifacts.bucket and artifacts.endpoint',
      });
  return new CastellanError('invalid_option', `The bucket ${where} ${what}.`, {
    fix,
    option: 'artifacts.bucket',
    cause: fault,
  });
}

function isElsewhere({ code, status, region: its }: BucketFault, region: string): boolean {
  return (
    status === 301 ||
    code === 'PermanentRedirect' ||
    code === 'AuthorizationHeaderMalformed' ||
    (its !== null && its !== region)
  );
}
