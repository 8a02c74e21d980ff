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

/**
 * The descriptors of the channel. A runner that has only the standard ones moves them away, to the two pipes
 * whose other end is not in this process.
 */
const channel = () => {
  const fs = require('node:fs');
  const folder = '/proc/self/fd';
  const links = fs.readdirSync(folder).flatMap((fd) => {
    try {
      return [[Number(fd), fs.readlinkSync(`${folder}/${fd}`)]];
    } catch {
      return [];
    }
  });
  if (/^(?:socket|host):/.test(new Map(links).get(3) ?? 'socket:')) return { output: 3, replies: 4 };
  const isAlone = ([, link]) => links.filter((each) => each[1] === link).length === 1;
  const pipes = links.filter((each) => each[0] > 2 && each[1].startsWith('pipe:') && isAlone(each));
  const flags = (fd) => Number(/flags:\s*0?(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))[1]);
  const found = (isOutput) => pipes.find(([fd]) => flags(fd) % 2 === isOutput)?.[0];
  return { output: found(1), replies: found(0) };
};
let known;
exports.channel = () => (known ??= channel());

/** Writes all of it to the channel, however slowly that is read. */
exports.say = (data) => {
  const bytes = Buffer.from(data);
  const { output } = exports.channel();
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let at = 0; at < bytes.length; ) {
    try {
      at += require('node:fs').writeSync(output, bytes, at);
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
