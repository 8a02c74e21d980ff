import { execFile } from 'node:child_process';
import { open, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Chromium on this machine. */
export interface Chromium {
  /** The path of the program, with links resolved. */
  readonly program: string;
  /** Such as `150.0.7871.100`. */
  readonly version: string;
}

/** Why there is no Chromium, and the fix. */
export interface NoChromium {
  readonly detail: string;
  readonly fix: string;
}

/** Where distributions install the program itself; the one in PATH is mostly a shell script. */
const places = [
  '/usr/lib/chromium/chromium',
  '/usr/lib64/chromium-browser/chromium-browser',
  '/usr/lib/chromium-browser/chromium-browser',
  '/opt/google/chrome/chrome',
  '/usr/lib/chromium/chromium-headless-shell',
] as const;

/** The first version of the protocol that the relay's table was reviewed against. */
const oldestMajor = 140;

const fix = 'sudo apt-get install chromium, or name the program itself with browser.executablePath';

/** Locates Chromium, at `executablePath` or where distributions install it, and reads its version. */
export async function findChromium(
  executablePath: string | undefined,
): Promise<Chromium | NoChromium> {
  let found: NoChromium | undefined;
  for (const place of executablePath === undefined ? places : [executablePath]) {
    const chromium = await lookAt(place);
    if (chromium !== undefined && 'program' in chromium) return chromium;
    found ??= chromium;
  }
  if (found !== undefined) return found;
  const where = executablePath ?? places.join(', ');
  return { detail: `Chromium was not found. Looked for ${where}.`, fix };
}

/** `undefined` when there is nothing. */
async function lookAt(place: string): Promise<Chromium | NoChromium | undefined> {
  let program: string;
  try {
    program = await realpath(place);
    if (!(await isProgram(program))) {
      return { detail: `${place} is no program: a script in front of Chromium will not do.`, fix };
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { detail: `${place} cannot be read: ${(error as Error).message}.`, fix };
  }
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], {
      env: {},
      timeout: 10_000,
    });
    const version = /(\d+)\.\d+\.\d+\.\d+/.exec(stdout);
    if (version === null) return { detail: `${program} does not say its version.`, fix };
    if (Number(version[1]) >= oldestMajor) return { program, version: version[0] };
    return { detail: `${program} is ${version[0]}; ${oldestMajor} or newer is needed.`, fix };
  } catch (error) {
    return { detail: `${program} cannot be started: ${(error as Error).message}.`, fix };
  }
}

async function isProgram(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return buffer.toString('latin1') === '\u007fELF';
}
