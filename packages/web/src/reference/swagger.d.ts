/** The part of Swagger UI that is used here. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  export default function show(options: {
    readonly spec: unknown;
    readonly domNode: HTMLElement;
    readonly validatorUrl: null;
    readonly supportedSubmitMethods: readonly string[];
    readonly docExpansion: 'list';
    readonly defaultModelsExpandDepth: number;
    readonly syntaxHighlight: { readonly activated: boolean };
    readonly plugins: readonly object[];
  }): void;
}
declare module 'swagger-ui-dist/swagger-ui.css';
