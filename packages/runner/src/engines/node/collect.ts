import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFrameHead, frameTypes, caps } from '@castellan/protocol/frames';
import { contentTypeOf } from '../../entry/content-types.ts';
import type { Channel } from '../../channel/channel.ts';
import { sendLog } from '../../channel/log.ts';
import type { DataFiles } from './data-files.ts';

const deepest = 16;
/** Entries that are read; the working directory cannot hold many more. */
const mostEntries = 10_000;
const pieceBytes = 65_536;

/**
 * Sends the regular files below a folder as artifacts, in the order of their names. Links, pipes,
 * sockets and devices are skipped, and so are files more than sixteen folders deep, and the given files
 * that nobody has written to.
 */
export function collect(folder: string, channel: Channel, given: DataFiles): void {
  try {
    walk(folder, channel, given);
  } catch (error) {
    // The script may have used up the descriptors or the memory that reading a folder needs.
    const { code = 'unknown' } = error as { code?: string };
    const text = `Files of the working directory were not collected: ${code}`;
    sendLog(channel, 'warn', text);
  }
}

function walk(folder: string, channel: Channel, given: DataFiles): void {
  let entries = 0;
  const enter = (inside: string, depth: number): void => {
    const found = readdirSync(join(folder, inside), { withFileTypes: true });
    for (const entry of found.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      entries += 1;
      if (entries > mostEntries) return;
      const name = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory() && depth < deepest) enter(name, depth + 1);
      else if (entry.isFile()) send(join(folder, name), name, channel, given);
    }
  };
  enter('', 1);
}

function send(path: string, name: string, channel: Channel, given: DataFiles): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (given.isUntouched(name, stat)) return;
    const size = Number(stat.size);
    const about = {
      id: 0,
      name: name.slice(0, caps.artifactName),
      contentType: contentTypeOf(name),
    };
    channel.write(encodeFrameHead(frameTypes.artifact, JSON.stringify(about), size));
    const buffer = Buffer.allocUnsafe(Math.min(size, pieceBytes));
    for (let left = size; left > 0;) {
      const length = readSync(fd, buffer, 0, Math.min(left, buffer.length), null);
      // The file has become shorter since; the frame still needs the bytes that its head promised.
      if (length === 0) buffer.fill(0);
      const piece = buffer.subarray(0, length === 0 ? Math.min(left, buffer.length) : length);
      channel.write(piece);
      left -= piece.length;
    }
  } finally {
    closeSync(fd);
  }
}
