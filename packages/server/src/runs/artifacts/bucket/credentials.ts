import { readFile } from 'node:fs/promises';
import { CastellanError } from '@castellan/protocol';
import { credentialVariables } from '../../contract/credentials.ts';

/** Who this service is for a bucket. Never shown, never logged. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Reads them each time that they are needed, from a file in the form of AWS's shared credentials or
 * else from the environment: those that are renewed in the file are used at once. Throws
 * `invalid_option`.
 */
export function credentialsFrom(
  file: string | null,
  env: Readonly<Record<string, string | undefined>>,
): () => Promise<Credentials> {
  return async () => {
    const { accessKeyId, secretAccessKey, sessionToken } =
      file === null ? fromVariables(env) : await fromFile(file);
    if (accessKeyId !== undefined && secretAccessKey !== undefined) {
      return {
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
      };
    }
    const { accessKeyId: id, secretAccessKey: secret } = credentialVariables;
    throw file === null
      ? refusal('There are no credentials for the bucket of artifacts', `set ${id} and ${secret}`)
      : refusal(
          `The file ${file} holds no credentials`,
          'write aws_access_key_id = … and aws_secret_access_key = … below [default]',
        );
  };
}

type Read = { readonly [Name in keyof Credentials]?: string | undefined };

function fromVariables(env: Readonly<Record<string, string | undefined>>): Read {
  const of = (name: keyof typeof credentialVariables): string | undefined => {
    const value = env[credentialVariables[name]];
    return value === '' ? undefined : value;
  };
  return {
    accessKeyId: of('accessKeyId'),
    secretAccessKey: of('secretAccessKey'),
    sessionToken: of('sessionToken'),
  };
}

async function fromFile(file: string): Promise<Read> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw refusal(
      `The file ${file} of artifacts.credentials cannot be read (${error.code})`,
      'name a file that this user may read, or set the variables instead',
    );
  });
  const values: Record<string, string> = {};
  let isOurs = true;
  for (const line of text.split('\n')) {
    const [, section] = /^\s*\[\s*(?:profile\s+)?([^\]]*?)\s*\]/.exec(line) ?? [];
    if (section !== undefined) isOurs = section === 'default';
    const [, name = '', value = ''] = /^\s*(aws_\w+)\s*=\s*(\S+)\s*$/.exec(line) ?? [];
    if (isOurs && name !== '') values[name] = value;
  }
  return {
    accessKeyId: values['aws_access_key_id'],
    secretAccessKey: values['aws_secret_access_key'],
    sessionToken: values['aws_session_token'],
  };
}

function refusal(detail: string, fix: string): CastellanError {
  return new CastellanError('invalid_option', `${detail}.`, {
    fix,
    option: 'artifacts.credentials',
  });
}
