import { describe, expect, it } from 'vitest';
import { relevanceOf } from './relevance.ts';

describe('relevanceOf', () => {
  it.each([
    ['a.yaml', 'apiVersion: networking.istio.io/v1', 'istio'],
    ['a.yml', 'apiVersion: gateway.networking.k8s.io/v1', 'istio'],
    ['a.json', '{"apiVersion": "security.istio.io/v1"}', 'istio'],
    ['a.yaml.tmpl', 'networking.istio.io', 'istio'],
    ['templates/_helpers.tpl', 'networking.istio.io', 'istio'],
    ['a.md', 'apiVersion: networking.istio.io/v1', 'no'],
    ['a.yaml', 'apiVersion: v1\nkind: Service\n', 'supporting'],
    ['a.yaml', 'items:\n- kind: "Deployment"\n', 'supporting'],
    ['a.json', '{"apiVersion":"v1","kind":"Namespace"}', 'supporting'],
    ['a.yaml', 'kind: ConfigMap\ndata:\n  mesh: |\n    rootNamespace: a\n', 'supporting'],
    ['a.yaml', 'kind: ConfigMap\ndata:\n  key: value\n', 'no'],
    ['a.yaml', 'kind: ApplicationSet\n', 'supporting'],
    ['a.yaml', 'kind: ServiceAccount\n', 'no'],
    ['a.yaml', 'kind: Deploymen\n', 'no'],
    ['kustomization.yaml', 'resources: []', 'supporting'],
    ['Kustomization', 'resources: []', 'supporting'],
    ['chart/Chart.yaml', 'name: a', 'supporting'],
    ['.github/workflows/ci.yaml', 'on: push', 'no'],
  ])('%s with %j: %s', (path, text, relevance) => {
    expect(relevanceOf(`/w/${path}`, text)).toBe(relevance);
  });
});
