/** The forms by name. */
import type { FormId } from '../request.ts';
import type { Form } from './form.ts';
import { gatewayApi } from './gateway-api.ts';
import { istio } from './istio.ts';

export const FORMS: Readonly<Record<FormId, Form>> = { istio, 'gateway-api': gatewayApi };
