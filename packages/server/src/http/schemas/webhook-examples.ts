import { at, runId } from './example-parts.ts';

export const webhookExamples = {
  delivery: {
    id: 'whd_0199e1a47d8c7e31a5b2c3d4e5f60718',
    tenant: 'shop',
    runId,
    url: 'https://shop.example/hooks/castellan',
    state: 'delivered',
    nextAt: null,
    createdAt: at(0),
    attempts: [
      { at: at(100), status: 503, durationMs: 41, detail: 'It answered 503.' },
      { at: at(5_100), status: 204, durationMs: 38, detail: null },
    ],
  },
  signing: {
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
    previous: null,
  },
} as const;
