// What a program of the node engine tells of its tries: every answer goes into the run's value,
// where the oracle looks for canaries; `reached` is what the program itself knows to be a way out.
const text = (value) => {
  try {
    return String(Buffer.isBuffer(value) ? value.toString('latin1') : value).slice(0, 4_000);
  } catch {
    return 'something that has no text';
  }
};

exports.report = () => {
  const seen = [];
  const reached = [];
  let tried = 0;
  const note = (label, answer) => void seen.push(`${label}: ${answer}`.slice(0, 4_200));
  const failed = (label, error) => note(label, `no, ${error?.code ?? error?.name ?? text(error)}`);
  return {
    /** Tries something; gives what came of it, or undefined. */
    attempt(label, work) {
      tried += 1;
      try {
        const value = work();
        note(label, text(value));
        return value;
      } catch (error) {
        failed(label, error);
        return undefined;
      }
    },
    /** The same for what answers later, or never. */
    async wait(label, work, ms = 500) {
      tried += 1;
      let timer;
      const late = new Promise((resolve) => (timer = setTimeout(resolve, ms, 'no answer')));
      try {
        const value = await Promise.race([work(), late]);
        note(label, text(value));
        return value;
      } catch (error) {
        failed(label, error);
        return undefined;
      } finally {
        clearTimeout(timer);
      }
    },
    reach: (label) => void reached.push(label),
    done: () => ({ tried, reached, seen: seen.slice(0, 500) }),
  };
};

/** A frame as the runner writes it: see packages/protocol/src/frames.ts. */
exports.frame = (type, json, bytes = Buffer.alloc(0)) => {
  const body = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
  const head = Buffer.alloc(9);
  head.writeUInt32LE(5 + body.length + bytes.length, 0);
  head[4] = type;
  head.writeUInt32LE(body.length, 5);
  return Buffer.concat([head, body, bytes]);
};

/** Writes all of it to the channel, however slowly that is read. */
exports.say = (data) => {
  const bytes = Buffer.from(data);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let at = 0; at < bytes.length; ) {
    try {
      at += require('node:fs').writeSync(3, bytes, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
};

/** Connects, says something, and gives what came back before the end. */
exports.talk = (where, said = '') =>
  new Promise((resolve, reject) => {
    let heard = '';
    const place = typeof where === 'number' ? { host: '127.0.0.1', port: where } : where;
    const socket = require('node:net').connect(place, () => socket.end(said));
    socket.setEncoding('latin1').on('data', (chunk) => (heard += chunk));
    socket.on('error', reject).on('close', () => resolve(`connected, heard ${heard}`));
  });
