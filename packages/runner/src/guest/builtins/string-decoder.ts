/** `string_decoder`, Node's own as a package. */
import { StringDecoder } from 'string_decoder/';

export default { StringDecoder };
