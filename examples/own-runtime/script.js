// castellan runtime build examples/own-runtime
// castellan run examples/own-runtime/script.js --runtime own-runtime
import { greet } from 'greeting';
import loud from 'greeting/loud';

export default ({ name = 'Ada' }) => [greet(name), loud(name)];
