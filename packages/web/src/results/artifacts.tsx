import type { Artifact } from '@castellan/protocol';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { sizeOf } from '../look/quantities.ts';
import { type InTurn, useInTurn } from '../state/in-turn.ts';

/** Shown as images: kinds that a browser decodes and never runs. SVG is none of them. */
const images = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);
const largestImage = 20 * 2 ** 20;
const largestPdf = 20 * 2 ** 20;
const largestText = 2 ** 20;
const shownCharacters = 20_000;
/** Names of texts, for files whose kind nobody said. */
const textName = /\.(?:csv|tsv|txt|jsonl?|md|log|xml|html?|svg|ya?ml|css|[cm]?[jt]sx?)$/i;

interface Props {
  readonly artifacts: readonly Artifact[];
  readonly bytes: (name: string) => Promise<Uint8Array<ArrayBuffer>>;
}

interface CardProps extends Omit<Props, 'artifacts'> {
  readonly artifact: Artifact;
  readonly inTurn: InTurn;
}

/**
 * The files that a script made. They are a stranger's: bytes become an image of a kind that runs nothing,
 * text, or pages that a worker draws; everything else can only be downloaded.
 */
export function Artifacts({ artifacts, ...others }: Props) {
  const inTurn = useInTurn();
  if (artifacts.length === 0) return <p class="muted empty">No artifacts.</p>;
  return (
    <ul class="gallery">
      {artifacts.map((artifact) => (
        <Card
          key={`${artifact.name} ${artifact.sha256}`}
          {...others}
          artifact={artifact}
          inTurn={inTurn}
        />
      ))}
    </ul>
  );
}

function Card(props: CardProps) {
  const { artifact, bytes } = props;
  const { name, contentType, sizeBytes, image } = artifact;
  const [failed, setFailed] = useState(false);
  const download = async (): Promise<void> => {
    setFailed(false);
    try {
      // Of no kind that a browser would show in place of saving it.
      const blob = new Blob([await bytes(name)], { type: 'application/octet-stream' });
      const address = URL.createObjectURL(blob);
      Object.assign(document.createElement('a'), { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    } catch {
      setFailed(true);
    }
  };
  const size = image?.width == null ? '' : ` · ${image.width} × ${image.height}`;
  return (
    <li>
      <Preview {...props} />
      <p class="title">
        <bdi>{name}</bdi>
      </p>
      <p class="muted">
        <bdi>{contentType}</bdi>
        {` · ${sizeOf(sizeBytes)}${size}`}
      </p>
      <button type="button" onClick={() => void download()}>
        Download<span class="hidden"> {name}</span>
      </button>
      {failed && <p role="alert">The file could not be had.</p>}
    </li>
  );
}

type Preview =
  | { readonly address: string }
  | { readonly text: string }
  | { readonly pages: JSX.Element }
  | 'none'
  | 'coming';

function Preview({ artifact, bytes, inTurn }: CardProps) {
  const [preview, setPreview] = useState<Preview>('coming');
  useEffect(() => {
    let isGone = false;
    let address: string | null = null;
    const kind = kindOf(artifact);
    const show = async (): Promise<void> => {
      const content = await bytes(artifact.name);
      if (isGone) return;
      if (kind === 'image') {
        address = URL.createObjectURL(new Blob([content], { type: typeOf(artifact) }));
        setPreview({ address });
      } else if (kind === 'pdf') {
        // Loaded when there is one.
        const { PdfPages } = await import('./pdf/pages.tsx');
        const { buffer } = content;
        if (isGone) return;
        setPreview({ pages: <PdfPages name={artifact.name} bytes={buffer} inTurn={inTurn} /> });
      } else {
        const decoder = new TextDecoder('utf-8', { fatal: true });
        setPreview({ text: decoder.decode(content).slice(0, shownCharacters) });
      }
    };
    if (kind === null) setPreview('none');
    else void show().catch(() => setPreview('none'));
    return () => {
      isGone = true;
      if (address !== null) URL.revokeObjectURL(address);
    };
  }, [artifact.id]);
  if (preview === 'coming') return <div class="preview none" aria-busy="true" />;
  if (preview === 'none') return <div class="preview none">No preview</div>;
  if ('pages' in preview) return preview.pages;
  if ('address' in preview) {
    return <img class="preview" src={preview.address} alt={`Artifact ${artifact.name}`} />;
  }
  return (
    <pre class="preview" tabIndex={0} aria-label={`Text of ${artifact.name}`}>
      {preview.text}
    </pre>
  );
}

function typeOf({ contentType }: Artifact): string {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function kindOf(artifact: Artifact): 'image' | 'pdf' | 'text' | null {
  const type = typeOf(artifact);
  if (images.has(type)) return artifact.sizeBytes <= largestImage ? 'image' : null;
  const isPdf =
    type === 'application/pdf' ||
    (type === 'application/octet-stream' && /\.pdf$/i.test(artifact.name));
  if (isPdf) return artifact.sizeBytes <= largestPdf ? 'pdf' : null;
  const isText =
    /^text\/|^application\/(?:json|xml|javascript)$|\+(?:json|xml)$/.test(type) ||
    (type === 'application/octet-stream' && textName.test(artifact.name));
  return isText && artifact.sizeBytes <= largestText ? 'text' : null;
}
