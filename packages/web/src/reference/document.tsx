import { useEffect, useRef } from 'preact/hooks';
import show from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';
import './reference.css';

/** What is of no use where nothing is sent: keys, servers, fields to fill in. */
const useless = [
  'ServersContainer',
  'InfoUrl',
  'authorizeBtn',
  'authorizeOperationBtn',
  'JsonSchemaForm',
  'CopyToClipboardBtn',
];
const without = {
  wrapComponents: Object.fromEntries(useless.map((name) => [name, () => () => null])),
};

/**
 * The document, to be read: nothing is sent from here, and no other site is asked whether it is valid.
 */
export function Document({ spec }: { spec: unknown }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return;
    show({
      spec,
      domNode: place.current,
      validatorUrl: null,
      supportedSubmitMethods: [],
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
      // Its colours cannot be read on every ground.
      syntaxHighlight: { activated: false },
      plugins: [without],
    });
  }, [spec]);
  return <div ref={place} />;
}
