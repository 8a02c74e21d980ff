import type { FastifyReply, FastifyRequest } from 'fastify';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { PageFile } from './files.ts';

/** Sends a file that is packed on the disk; whoever does not take gzip, which browsers do, gets it unpacked. */
export function sendPacked(
  file: PageFile,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  void reply.headers({ 'content-type': file.contentType, vary: 'accept-encoding' });
  const packed = createReadStream(file.path);
  if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) {
    const whole = createGunzip();
    packed.on('error', (error) => whole.destroy(error));
    return reply.send(packed.pipe(whole));
  }
  return reply
    .headers({ 'content-encoding': 'gzip', 'content-length': file.sizeBytes })
    .send(packed);
}
