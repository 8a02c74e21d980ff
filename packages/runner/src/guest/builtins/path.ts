/** `path`: Node's own JavaScript, as on Linux; the working folder is `/`, and no file is looked for. */
import * as internals from './node/internals.ts';

const path = nodePath({ internals });
for (const one of [path.posix, path.win32]) Reflect.deleteProperty(one, 'matchesGlob');

export default path;
