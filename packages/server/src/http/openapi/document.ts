import { jsonSchemaTransformObject } from 'fastify-type-provider-zod';

/** The head of the OpenAPI document; the rest is derived from the schemas of the routes. */
export function documentOf(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Castellan',
      version,
      description:
        'Runs JavaScript and TypeScript that you did not write, on servers that you own.',
      contact: { name: 'Whoever runs this service' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The service that answers with this document.' }],
    tags: [
      { name: 'runs', description: 'One execution of one script.' },
      { name: 'shares', description: 'Scripts that are stored for people with a link.' },
      { name: 'functions', description: 'Scripts that are stored once and called by their names.' },
      { name: 'schedules', description: 'Functions that are called by the clock.' },
      { name: 'webhooks', description: 'Who is told of the end of a run.' },
      {
        name: 'work',
        description: 'For workers, launchers on other machines: keys with the scope `work`.',
      },
      { name: 'secrets', description: 'Values that are put in for scripts that never see them.' },
      { name: 'admin', description: 'For operators: keys with the scope `admin`.' },
      { name: 'service', description: 'The health of the service, and what it offers.' },
    ],
    components: {
      securitySchemes: {
        key: {
          type: 'http' as const,
          scheme: 'bearer',
          description: 'A key of this service. Not needed on the same machine while there is none.',
        },
      },
    },
    security: [{ key: [] }],
  };
}

type Transform = typeof jsonSchemaTransformObject;

/** The parts of an OpenAPI document that are used here. */
interface Document {
  readonly paths: unknown;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/**
 * Removes named schemas that nothing refers to. The generator emits each schema twice, for input
 * and for output; each route uses only one of them, so the suffix is removed.
 */
export const tidyDocument: Transform = (given) => {
  const document = jsonSchemaTransformObject(given) as unknown as Document;
  const named = document.components.schemas;
  const used = new Set<string>();
  const follow = (value: unknown): void => {
    JSON.stringify(value, (key, part: unknown) => {
      const name = key === '$ref' ? String(part).replace('#/components/schemas/', '') : undefined;
      if (name !== undefined && !used.has(name)) {
        used.add(name);
        follow(named[name]);
      }
      return part;
    });
  };
  follow(document.paths);
  const plain = (name: string): string => name.replace(/Input$/, '');
  const schemas = Object.fromEntries(
    [...used].toSorted().map((name) => [plain(name), named[name]]),
  );
  if (Object.keys(schemas).length < used.size)
    throw new Error('A schema is both read and written.');
  const text = JSON.stringify({ ...document, components: { ...document.components, schemas } });
  return JSON.parse(
    text.replaceAll(/"#\/components\/schemas\/(\w+?)Input"/g, '"#/components/schemas/$1"'),
  ) as ReturnType<Transform>;
};
