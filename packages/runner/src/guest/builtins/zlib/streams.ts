import buffer from '../buffer.ts';
import { bytesOf } from '../crypto/bytes.ts';
import Stream from '../stream.ts';
import { type Format, formats, hasEnded, type Options, zlibError } from './formats.ts';

/** A Transform over one of the formats. */
function streamOf(format: Format): (options?: Options) => InstanceType<typeof Stream.Transform> {
  return (options = {}) => {
    const running = formats[format](options);
    const transform = new Stream.Transform({
      transform(chunk: unknown, encoding, done) {
        running.push(bytesOf(chunk, 'chunk', encoding), false);
        done(running.err === 0 ? null : zlibError(running.err, running.msg));
      },
      flush(done) {
        let isComplete = hasEnded(running);
        running.onEnd = () => (isComplete = true);
        if (!isComplete) running.push(new Uint8Array(0), true);
        done(isComplete && running.err === 0 ? null : zlibError(running.err || -5, running.msg));
      },
    });
    running.onData = (chunk) => void transform.push(buffer.Buffer.from(chunk));
    return transform;
  };
}

export const streams = {
  createDeflate: streamOf('deflate'),
  createInflate: streamOf('inflate'),
  createGzip: streamOf('gzip'),
  createGunzip: streamOf('gunzip'),
  createDeflateRaw: streamOf('deflateRaw'),
  createInflateRaw: streamOf('inflateRaw'),
  createUnzip: streamOf('unzip'),
};
