// A native add-on: hashes passwords with Argon2, in C and Rust, on threads of its own.
import { hash, verify } from '@node-rs/argon2';

export default async function main({ password = 'open sesame' }) {
  const stored = await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  const [right, wrong] = await Promise.all([verify(stored, password), verify(stored, 'hello')]);
  return { kind: stored.split('$')[1], right, wrong };
}
