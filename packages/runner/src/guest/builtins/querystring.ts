/** `querystring`: Node's own JavaScript. */
import buffer from './buffer.ts';
import * as internals from './node/internals.ts';

export default nodeQuerystring({ internals, modules: { buffer } });
