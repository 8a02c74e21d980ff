/** `assert`: Node's own JavaScript. No message shows the source of a call: there is no file to read. */
import { comparisonsOf } from './node/comparisons.ts';
import * as internals from './node/internals.ts';
import util from './util/index.ts';

const colors = {
  blue: '',
  gray: '',
  green: '',
  red: '',
  white: '',
  clear: '',
  hasColors: false,
  refresh: (): void => undefined,
  shouldColorize: (): boolean => false,
};

const modules = {
  'internal/errors/error_source': { getErrorSourceExpression: (): undefined => undefined },
  'internal/util': { ...internals, deprecate: util.deprecate },
  'internal/util/colors': colors,
  'internal/util/comparisons': comparisonsOf(util.types),
  'internal/util/types': util.types,
};

export default nodeAssert({ internals, modules });
