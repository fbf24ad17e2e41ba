/** Services of the gateway that no pods are behind. */
import { expect, it } from 'vitest';
import { COMPLETE, findingsOf } from '../../../test/support/annotated.ts';
import { changed, fixtureOf, HTTP, SERVICE } from '../../../test/support/egress.ts';

const [ALONE = '', WORKLOAD = ''] = SERVICE.split(/^---$/m);

function told(more: string): readonly (readonly string[])[] {
  return findingsOf(fixtureOf({ ...HTTP, more: `${more}${COMPLETE}` }))
    .filter(({ code }) => code === 'service-without-pods')
    .map(({ message, related }) => [message.split('. ').at(-1) ?? '', ...related.map((each) => each.message)]);
}

const SELECTS = 'The Service selects these pods.';
const OTHER = 'These pods have other labels.';

it.each([
  ['is silent where the labels are the same', SERVICE, []],
  [
    'names the pods of the same name, which have other labels',
    changed(SERVICE, 'selector: {istio: egressgateway}', 'selector: {app: nothing}'),
    [['Correct its selector, or their labels.', SELECTS, OTHER]],
  ],
  [
    'names the pods that share a label',
    changed(
      changed(SERVICE, 'selector: {istio: egressgateway}', 'selector: {istio: egressgateway, tier: edge}'),
      'kind: Deployment\nmetadata: {name: istio-egressgateway',
      'kind: Deployment\nmetadata: {name: egress',
    ),
    [['Correct its selector, or their labels.', SELECTS, OTHER]],
  ],
  ['asks for the pods where there are none at all', ALONE, [['Install what it selects.', SELECTS]]],
  [
    'leaves it open where there are only others',
    `${ALONE}---${WORKLOAD.replaceAll('istio-egressgateway', 'other').replaceAll('istio: egressgateway', 'istio: other')}`,
    [['Correct its selector, or install what it selects.', SELECTS]],
  ],
])('%s', (_title, more, expected) => {
  expect(told(more)).toEqual(expected);
});
