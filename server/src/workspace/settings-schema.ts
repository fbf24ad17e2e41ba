/** The fields of `.istio-egress.yaml`: read by the reader of that file, and the source of its JSON schema and of the page about settings. */

import { RULE_LEVELS } from './settings.ts';

export type Shape = TextShape | SwitchShape | NumberShape | ListShape | ObjectShape | MapShape | EitherShape;

export interface TextShape {
  readonly type: 'string';
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  /** What the pattern asks for, in words: "namespace/name". */
  readonly form?: string;
  readonly default?: string;
  readonly examples?: readonly string[];
}

export interface SwitchShape {
  readonly type: 'boolean';
  readonly description?: string;
  readonly default?: boolean;
}

export interface NumberShape {
  readonly type: 'integer';
  readonly description?: string;
  readonly minimum: number;
  readonly maximum: number;
}

export interface ListShape {
  readonly type: 'array';
  readonly description?: string;
  readonly items: Shape;
}

export interface ObjectShape {
  readonly type: 'object';
  readonly description?: string;
  readonly properties: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}

export interface MapShape {
  readonly type: 'map';
  readonly description?: string;
  /** What its keys are, where they are not free. */
  readonly keys?: 'codes of rules';
  readonly values: Shape;
}

export interface EitherShape {
  readonly type: 'either';
  readonly description?: string;
  readonly of: readonly Shape[];
}

const NAMESPACE = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';
const NAMESPACE_OR_ALL = '^(\\*|[a-z0-9]([-a-z0-9]*[a-z0-9])?)$';
const port = (description: string): NumberShape => ({ type: 'integer', description, minimum: 1, maximum: 65535 });
const rules = (description: string): MapShape => ({
  type: 'map',
  description,
  keys: 'codes of rules',
  values: { type: 'string', enum: RULE_LEVELS },
});
const paths = (description: string): ListShape => ({ type: 'array', description, items: { type: 'string' } });

export const SETTINGS_SHAPE: ObjectShape = {
  type: 'object',
  description: 'What Istio Egress cannot read from the manifests of this folder. All of it is optional.',
  properties: {
    istio: {
      type: 'object',
      description: 'How Istio is installed, where no mesh configuration is in the folder.',
      properties: {
        version: {
          type: 'string',
          description: 'Version of Istio, as text in quotes.',
          pattern: '^[0-9]+\\.[0-9]+(\\.[0-9]+)?$',
          form: 'a version such as "1.29"',
          examples: ['1.29'],
        },
        rootNamespace: {
          type: 'string',
          description: 'Namespace whose configuration holds for the whole mesh: `istio-system` in a standard install.',
          pattern: NAMESPACE,
          form: 'the name of a namespace',
        },
        clusterDomain: {
          type: 'string',
          description: "Domain of the cluster's Services.",
          default: 'cluster.local',
        },
        outboundTrafficPolicy: {
          type: 'string',
          description: 'What sidecars do with hosts that nothing declares: refuse them, or let them through.',
          enum: ['REGISTRY_ONLY', 'ALLOW_ANY'],
        },
      },
    },
    egressGateways: {
      type: 'array',
      description:
        'Egress gateways whose Service or pods are not in the folder. The standard install (`istio-system/istio-egressgateway`, 80 and 443) is known.',
      items: {
        type: 'object',
        required: ['service', 'selector', 'ports'],
        properties: {
          service: {
            type: 'string',
            description: 'The Service of the gateway, as `namespace/name`.',
            pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?/[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
            form: 'namespace/name',
            examples: ['istio-egress/egress-gw'],
          },
          selector: { type: 'map', description: 'Labels of the pods of the gateway.', values: { type: 'string' } },
          ports: {
            type: 'array',
            description: 'Ports of the Service. A number stands for the same port at the pods.',
            items: {
              type: 'either',
              of: [
                port('Port of the Service and of the pods.'),
                {
                  type: 'object',
                  required: ['port', 'targetPort'],
                  properties: {
                    port: port('Port of the Service.'),
                    targetPort: port('Port of the pods.'),
                    name: { type: 'string', description: 'Name of the port.' },
                  },
                },
              ],
            },
          },
        },
      },
    },
    external: {
      type: 'array',
      description:
        'Resources that live elsewhere: `Kind namespace/name`, `Kind namespace/*`, and for hosts `ServiceEntry host`. Nothing is said of them.',
      items: {
        type: 'string',
        pattern: '^[A-Z][A-Za-z]+ +\\S+$',
        form: 'Kind namespace/name',
        examples: ['Gateway istio-system/shared'],
      },
    },
    complete: {
      type: 'array',
      description: 'Namespaces that are wholly in this folder: what is not here does not exist. `*` for all.',
      items: { type: 'string', pattern: NAMESPACE_OR_ALL, form: 'the name of a namespace, or *' },
    },
    clients: {
      type: 'array',
      description: 'Namespaces whose pods call external hosts, beside those that the resources are in.',
      items: { type: 'string', pattern: NAMESPACE, form: 'the name of a namespace' },
    },
    context: paths(
      'Files and folders that names are looked up in and nothing is reported on; they may be outside the folder.',
    ),
    sets: {
      type: 'map',
      description: 'Apply sets: a name, and the files and folders that are applied together.',
      values: { type: 'array', items: { type: 'string' } },
    },
    defaultNamespace: {
      type: 'string',
      description: 'Namespace of resources that name none.',
      pattern: NAMESPACE,
      form: 'the name of a namespace',
    },
    exclude: paths(
      'Glob patterns of files and folders that do not count. One without a slash holds at any depth. They add to those of the editor.',
    ),
    rules: rules(
      'How severe findings are, by the code of the rule; `off` silences it, `default` is as severe as the rule says. What cannot be known stays a hint.',
    ),
    overrides: {
      type: 'array',
      description: 'Other `rules` for some files. Later ones go before earlier ones.',
      items: {
        type: 'object',
        required: ['paths', 'rules'],
        properties: {
          paths: paths('Glob patterns of files and folders. One without a slash holds at any depth.'),
          rules: rules('As `rules` above, for these files.'),
        },
      },
    },
    advice: {
      type: 'boolean',
      description: 'Whether rules that advise are on. A single one is switched on by its code under `rules`.',
      default: false,
    },
  },
};

/**
 * The JSON schema of `.istio-egress.yaml`, for completion and hover in editors.
 *
 * @param codes of the rules; any unless given
 */
export function settingsJsonSchema(codes?: readonly string[]): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Istio Egress settings',
    ...jsonSchema(SETTINGS_SHAPE, codes),
  };
}

function jsonSchema(shape: Shape, codes: readonly string[] | undefined): object {
  const described = shape.description === undefined ? {} : { description: shape.description };
  switch (shape.type) {
    case 'string': {
      const { form: _, ...rest } = shape;
      return rest;
    }
    case 'integer':
    case 'boolean':
      return shape;
    case 'array':
      return { type: 'array', ...described, items: jsonSchema(shape.items, codes) };
    case 'map': {
      const values = jsonSchema(shape.values, codes);
      if (shape.keys === undefined || !codes) return { type: 'object', ...described, additionalProperties: values };
      const properties = Object.fromEntries(codes.map((code) => [code, values]));
      return { type: 'object', ...described, additionalProperties: false, properties };
    }
    case 'either':
      return { ...described, anyOf: shape.of.map((each) => jsonSchema(each, codes)) };
    case 'object':
      return {
        type: 'object',
        ...described,
        additionalProperties: false,
        ...(shape.required ? { required: shape.required } : {}),
        properties: Object.fromEntries(
          Object.entries(shape.properties).map(([key, each]) => [key, jsonSchema(each, codes)]),
        ),
      };
  }
}
