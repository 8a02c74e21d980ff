import { shown } from '@castellan/protocol/kinds';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../problems/problem.ts';

/** The methods of each route, by its pattern such as `/v1/runs/:id`. */
export type Routes = ReadonlyMap<string, ReadonlySet<string>>;

/** Records the routes that are added from now on. */
export function noteRoutes(app: FastifyInstance): Routes {
  const routes = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    routes.set(url, methods);
  });
  return routes;
}

/** Each route with each of its methods, such as `GET /v1/runs/:id`. */
export function pathsOf(routes: Routes): string[] {
  return [...routes].flatMap(([url, methods]) =>
    [...methods].filter((method) => method !== 'HEAD').map((method) => `${method} ${url}`),
  );
}

/**
 * Refuses unknown routes before a byte of the body is read: 405 with `Allow` if the path supports
 * other methods, else 404.
 */
export function refuseUnknown(app: FastifyInstance, routes: Routes): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const [path = ''] = request.url.split('?', 1);
    const methods = methodsAt(routes, path);
    if (methods === undefined) {
      throw new ProblemError('not_found', `There is no ${request.method} ${shown(path)}.`);
    }
    const allow = [...methods].toSorted().join(', ');
    void reply.header('allow', allow);
    throw new ProblemError(
      'method_not_allowed',
      `${shown(path)} takes ${allow}, not ${request.method}.`,
    );
  });
}

/** The methods of the route that a path matches; undefined if none does. A query is ignored. */
export function methodsAt(routes: Routes, url: string): ReadonlySet<string> | undefined {
  const [path = ''] = url.split('?', 1);
  return [...routes].find(([pattern]) => fits(pattern, path))?.[1];
}

/** Whether a path matches the route pattern; a segment `:name` matches any that is not empty. */
function fits(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, at) => (part.startsWith(':') ? given[at] !== '' : given[at] === part))
  );
}
