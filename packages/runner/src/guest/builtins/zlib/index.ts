/** `zlib`: Node's own JavaScript, over the compressions of the runner. */
import buffer from '../buffer.ts';
import stream from '../stream.ts';
import { binding } from './binding.ts';
import * as internals from './internals.ts';

const { assert } = internals;
const modules = { buffer, stream, 'internal/assert': assert };

export default nodeZlib({ binding, internals, modules });
