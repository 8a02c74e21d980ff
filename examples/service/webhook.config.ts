// castellan serve --config examples/service/webhook.config.ts
import { defineConfig } from 'castellan';

// Where the receiver of examples/service/webhook.ts listens, on this machine.
const receiver = process.env['RECEIVER'] ?? '127.0.0.1:7410';

export default defineConfig({
  policies: {
    default: {},
    // Whom the service may tell of runs. Hosts of the Internet need no allowPrivate.
    hooks: { network: { allow: [receiver], allowPrivate: ['127.0.0.1/32'] } },
  },
  webhooks: { policy: 'hooks' },
});
