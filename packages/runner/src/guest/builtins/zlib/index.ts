/** `zlib`: Node's own JavaScript, over the compressions of the runner. */
import buffer from '../buffer.ts';
import stream from '../stream.ts';
import { binding } from './binding.ts';
import * as internals from './internals.ts';

export default nodeZlib({ binding, buffer, internals, stream });
