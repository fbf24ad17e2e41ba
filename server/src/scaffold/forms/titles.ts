/** What forms are called. */
import type { FormId } from '../request.ts';

export const FORM_TITLES: Readonly<Record<FormId, string>> = { istio: 'Istio API', 'gateway-api': 'Gateway API' };
