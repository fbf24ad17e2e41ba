/** New resources as YAML text: the one way in which they are written. */
import { GATEWAY_API_GROUP, type Kind } from '../manifest/types.ts';
import type { YamlData } from '../yaml/edits.ts';
import { renderData } from '../yaml/render.ts';

/** A resource to be written, its keys in the order in which people write them. */
export interface ResourceData {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: { readonly [key: string]: YamlData };
  /** A line above it, where the YAML alone does not tell what it is for. */
  readonly comment?: string;
}

const NEWLINE = '\n';

/** A kind as it is written. */
export function writtenKind(kind: Kind): string {
  return kind === 'K8sGateway' ? 'Gateway' : kind;
}

/** What a resource will be read as: there are two kinds of Gateway. */
export function kindOf({ apiVersion, kind }: Pick<ResourceData, 'apiVersion' | 'kind'>): Kind {
  return kind === 'Gateway' && apiVersion.startsWith(`${GATEWAY_API_GROUP}/`) ? 'K8sGateway' : (kind as Kind);
}

/** One document, with a line break at its end and without a separator. */
export function renderResource(resource: ResourceData): string {
  const { apiVersion, kind, name, namespace, annotations, spec, comment } = resource;
  const metadata = { name, namespace, ...(annotations ? { annotations } : {}) };
  const data: YamlData = { apiVersion, kind, metadata, spec };
  const text = renderData(data, { quotes: 'plain', within: 'block' }, '', NEWLINE);
  return `${comment === undefined ? '' : `# ${comment}${NEWLINE}`}${text}${NEWLINE}`;
}

/** Several documents of one file. */
export function renderResources(resources: readonly ResourceData[]): string {
  return resources.map(renderResource).join(`---${NEWLINE}`);
}

/**
 * A file's text with further documents at its end, in its own line breaks.
 *
 * @param text a file of YAML documents; may be empty
 */
export function withDocuments(text: string, resources: readonly ResourceData[]): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const added = renderResources(resources).replaceAll('\n', newline);
  if (text.trim() === '') return text + added;
  const closed = text.endsWith('\n') ? text : text + newline;
  const separated = /(^|\n)---[ \t]*\r?\n\s*$/.test(closed);
  return `${closed}${separated ? '' : `---${newline}`}${added}`;
}
