import { startService } from '../../packages/server/src/http/service.support.ts';
import type { ApiDocument } from './http.ts';

/** Returns the response of a service to `GET /openapi.json`. */
export async function openApiDocument(): Promise<ApiDocument> {
  await using service = await startService();
  return (await service.inject({ url: '/openapi.json' })).body as unknown as ApiDocument;
}
