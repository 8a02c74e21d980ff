import { shown } from '@castellan/protocol/kinds';
import { type BuiltImage, buildImages } from '@castellan/sandbox/images';
import { resolve } from 'node:path';
import { imageHelp } from '../args/help.ts';
import { helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { imageOptions } from '../args/table.ts';
import { unknownWord, UsageError } from '../args/usage-error.ts';
import { escapeJson } from '../output/escape.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';

/** `castellan image`: builds the images of boxes, and gives them to a Docker daemon. */
export async function imageCommand(args: readonly string[], { stdout }: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(args, imageOptions);
  if (values.help === true) {
    stdout.write(helpText(imageHelp));
    return exitCodes.ok;
  }
  const [verb, ...more] = positionals;
  if (verb !== 'build') throw unknownWord('command', `image ${verb ?? ''}`.trim(), ['image build']);
  if (more.length > 0)
    throw new UsageError(`image build takes no argument, not ${shown(more[0])}.`);
  const isJson = values.json === true;
  const { runtime, 'docker-socket': socket } = values;
  const images: BuiltImage[] = [];
  const removed = await buildImages(
    {
      ...(socket === undefined ? {} : { socket: resolve(socket) }),
      ...(runtime === undefined ? {} : { runtime }),
    },
    (image) => {
      images.push(image);
      if (!isJson) stdout.write(lineOf(image));
    },
  );
  if (isJson) stdout.write(`${escapeJson(JSON.stringify({ images, removed }, null, 2))}\n`);
  else if (removed > 0)
    stdout.write(`removed ${removed} older ${removed === 1 ? 'one' : 'ones'}\n`);
  return exitCodes.ok;
}

function lineOf({ name, id, wasThere }: BuiltImage): string {
  return `${name}  ${id.slice(0, 'sha256:'.length + 12)}  ${wasThere ? 'there already' : 'built'}\n`;
}
