/** The head of the OpenAPI document; the rest comes from the schemas of the routes. */
export function documentOf(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Castellan',
      version,
      description:
        'Runs JavaScript and TypeScript that you did not write, on servers that you own.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [
      { name: 'runs', description: 'One execution of one script.' },
      { name: 'service', description: 'How the service stands, and what it offers.' },
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
