import { shown } from '@castellan/protocol/kinds';
import { type BuiltImage, buildImages, serviceSeccomp } from '@castellan/sandbox/images';
import { resolve } from 'node:path';
import { imageHelp } from '../args/help.ts';
import { helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { imageOptions } from '../args/table.ts';
import { unknownWord, UsageError } from '../args/usage-error.ts';
import { escapeJson } from '../output/escape.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';

/** `castellan image`: builds the images of boxes for a Docker daemon, and prints the filter of the service's own. */
export async function imageCommand(args: readonly string[], { stdout }: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(args, imageOptions);
  if (values.help === true) {
    stdout.write(helpText(imageHelp));
    return exitCodes.ok;
  }
  const [verb, ...more] = positionals;
  const verbs = ['image build', 'image seccomp'];
  if (!verbs.includes(`image ${verb}`)) {
    throw unknownWord('command', `image ${verb ?? ''}`.trim(), verbs);
  }
  if (more.length > 0) {
    throw new UsageError(`image ${verb} takes no argument, not ${shown(more[0])}.`);
  }
  if (verb === 'seccomp') {
    refuseOptions(values);
    stdout.write(serviceSeccomp());
    return exitCodes.ok;
  }
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

function refuseOptions(values: object): void {
  const [given] = Object.keys(values);
  if (given !== undefined) throw new UsageError(`image seccomp takes no option, not --${given}.`);
}

function lineOf({ name, id, wasThere }: BuiltImage): string {
  return `${name}  ${id.slice(0, 'sha256:'.length + 12)}  ${wasThere ? 'there already' : 'built'}\n`;
}
