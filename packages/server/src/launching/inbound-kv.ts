import { isUtf8 } from 'node:buffer';
import {
  bad,
  type Fields,
  orNullField,
  textField,
  wholeField,
  wordField,
} from '@castellan/protocol/frames';
import { keyBytes, type KvQuestion, mostListed } from '../kv/kv.ts';
import { isKey } from '../kv/read-question.ts';

/** A question of a script, as the launcher passes it on. Throws `FrameError`. */
export function readKvQuestion(fields: Fields, bytes: Uint8Array): KvQuestion {
  const text = (name: string, mayBeEmpty = false): string => {
    const found = textField(fields, name, keyBytes);
    if (isKey(found) || (mayBeEmpty && found === '')) return found;
    throw bad(name);
  };
  const whole = (name: string): number | null =>
    orNullField(fields, name, () => wholeField(fields, name));
  const op = wordField(fields, 'op', ['get', 'set', 'delete', 'list']);
  switch (op) {
    case 'get':
      return { op, key: text('key') };
    case 'delete':
      return { op, key: text('key'), ifVersion: whole('ifVersion') };
    case 'list': {
      const limit = wholeField(fields, 'limit');
      if (limit < 1 || limit > mostListed) throw bad('limit');
      return { op, prefix: text('prefix', true), after: text('after', true), limit };
    }
    case 'set': {
      // JSON by the launcher's word: it is kept as text, and parsed in a launcher again.
      if (bytes.length === 0 || !isUtf8(bytes) || bytes.includes(0)) throw bad('value');
      const ttlMs = whole('ttlMs');
      if (ttlMs !== null && ttlMs > 10 ** 12) throw bad('ttlMs');
      const value = Buffer.from(bytes).toString();
      return { op, key: text('key'), value, ttlMs, ifVersion: whole('ifVersion') };
    }
  }
}
