/** `util/types`. */
import util from './index.ts';

export default util.types;
