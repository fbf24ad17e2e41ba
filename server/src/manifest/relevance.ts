/** Which files are worth parsing, told by a search for a few words. */
import { isKustomizationName } from './assemblies.ts';

/** `istio`: names one of our groups. `supporting`: may hold core kinds, or say which files go together; worth it beside Istio files. */
export type Relevance = 'istio' | 'supporting' | 'no';

const EXTENSION = /\.(ya?ml|json|ya?ml\.(tmpl|tpl|gotmpl)|tpl)$/;
const SUPPORTING =
  /(?:^[ \t]*(?:- +)?|[{,][ \t]*)["']?kind["']?[ \t]*:[ \t]*["']?(Service|Deployment|StatefulSet|DaemonSet|Pod|Namespace|NetworkPolicy|List|ServiceList|Kustomization|Component|Application|ApplicationSet|ConfigMap)\b/m;

/** Whether a file of this name can hold manifests at all. */
export function isCandidate(path: string): boolean {
  return EXTENSION.test(path) || isKustomizationName(baseName(path));
}

/** @param path with forward slashes; @param text the whole file */
export function relevanceOf(path: string, text: string): Relevance {
  if (!isCandidate(path)) return 'no';
  if (text.includes('istio.io') || text.includes('gateway.networking.k8s.io')) return 'istio';
  const name = baseName(path);
  if (isKustomizationName(name) || name === 'Chart.yaml') return 'supporting';
  const [, kind] = SUPPORTING.exec(text) ?? [];
  if (kind === undefined) return 'no';
  // Of ConfigMaps only the mesh configuration counts.
  return kind === 'ConfigMap' && !/^\s*mesh\s*:/m.test(text) && !hasOther(text) ? 'no' : 'supporting';
}

function hasOther(text: string): boolean {
  return new RegExp(SUPPORTING.source.replace('|ConfigMap', ''), 'm').test(text);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
