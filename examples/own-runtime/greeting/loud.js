import { greet } from './index.js';

export default (name) => greet(name).toUpperCase();
