/** A setting that has a successor. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'setting-outdated',
  title: 'Outdated setting',
  covers: ['IST0133'],
  page: {
    what: 'A setting that still works, and that has a successor.',
    why: 'It is let in by istiod with a warning. Such settings say less than their successors, and may go away with a new version of the API.',
    symptom: "The resource is applied, and `kubectl` prints a warning of istiod's webhook.",
    remedy: 'Use the successor that the message names.',
    bad: `# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: api
  namespace: egress
spec:
  host: api.example.com
  trafficPolicy:
    outlierDetection: {consecutiveErrors: 5}
`,
    good: `# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: api
  namespace: egress
spec:
  host: api.example.com
  trafficPolicy:
    outlierDetection: {consecutive5xxErrors: 5}
`,
    sources: ['istio/istio: pkg/config/validation/validation.go'],
  },
});
