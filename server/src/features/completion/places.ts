/** What completes where. */
import type { Offer } from './candidate.ts';
import { clientModes, locations, outboundModes, protocols, resolutions, serverModes } from './constants.ts';
import { fieldNames, listedConstants } from './fields.ts';
import { listedGateways, matchedGateways } from './gateways.ts';
import { destinationHosts, routedHosts, ruleHosts, serverHosts, serverNames } from './hosts.ts';
import { selectorPairs, selectorValues } from './labels.ts';
import { exportNamespaces, importedHosts } from './namespaces.ts';
import { destinationPorts, matchedPorts, serverPorts, settingsPorts } from './ports.ts';
import type { CompletedKind, Scene } from './scene.ts';
import { credentials } from './secrets.ts';
import { subsets } from './subsets.ts';

export interface Place {
  /** `entry`: a key with its value; `field`: a key alone. */
  readonly is: 'value' | 'entry' | 'field';
  /** `schema`: constants that the schema of the kind lists, which other tools may offer as well. */
  readonly from: 'mesh' | 'schema';
  readonly offer: (scene: Scene) => Offer;
}

type Row = readonly [path: RegExp, place: Place];

/** The place at a path of a kind; undefined where nothing completes. A list is a place under its items' path: `spec.hosts[]`. */
export function placeAt(kind: CompletedKind, path: string): Place | undefined {
  return [...PLACES[kind], ...(kind === 'Sidecar' || kind === 'Gateway' ? [] : [EXPORT])].find(([each]) =>
    each.test(path),
  )?.[1];
}

const mesh = (offer: Place['offer']): Place => ({ is: 'value', from: 'mesh', offer });
const schema = (offer: Place['offer']): Place => ({ is: 'value', from: 'schema', offer });

const EXPORT: Row = [/^spec\.exportTo\[\]$/, mesh(exportNamespaces)];
const DESTINATION = String.raw`^spec\.(http|tls|tcp)\[\]\.(route\[\]\.destination|mirror|mirrors\[\]\.destination)`;
const POLICY = String.raw`^spec(\.subsets\[\])?\.trafficPolicy`;

/** Where the mesh has nothing to say: constants that the schema lists. */
export const CONSTANT: Place = schema(listedConstants);
/** The names of fields. */
export const FIELD: Place = { is: 'field', from: 'schema', offer: fieldNames };

const PLACES: Readonly<Record<CompletedKind, readonly Row[]>> = {
  VirtualService: [
    [/^spec\.hosts\[\]$/, mesh(routedHosts)],
    [/^spec\.gateways\[\]$/, mesh(listedGateways)],
    [/^spec\.(http|tls|tcp)\[\]\.match\[\]\.gateways\[\]$/, mesh(matchedGateways)],
    [/^spec\.(http|tls|tcp)\[\]\.match\[\]\.port$/, mesh(matchedPorts)],
    [/^spec\.tls\[\]\.match\[\]\.sniHosts\[\]$/, mesh(serverNames)],
    [new RegExp(`${DESTINATION}\\.host$`), mesh(destinationHosts)],
    [new RegExp(`${DESTINATION}\\.port\\.number$`), mesh(destinationPorts)],
    [new RegExp(`${DESTINATION}\\.subset$`), mesh(subsets)],
  ],
  Gateway: [
    [/^spec\.selector\.[^.]+(\.[^[]+)?$/, mesh(selectorValues)],
    [/^spec\.selector$/, { is: 'entry', from: 'mesh', offer: selectorPairs }],
    [/^spec\.servers\[\]\.hosts\[\]$/, mesh(serverHosts)],
    [/^spec\.servers\[\]\.port\.number$/, mesh(serverPorts)],
    [/^spec\.servers\[\]\.port\.protocol$/, mesh(protocols)],
    [/^spec\.servers\[\]\.tls\.mode$/, schema(serverModes)],
    [/^spec\.servers\[\]\.tls\.credentialName$/, mesh(credentials)],
  ],
  ServiceEntry: [
    [/^spec\.ports\[\]\.protocol$/, mesh(protocols)],
    [/^spec\.resolution$/, schema(resolutions)],
    [/^spec\.location$/, schema(locations)],
  ],
  DestinationRule: [
    [/^spec\.host$/, mesh(ruleHosts)],
    [new RegExp(`${POLICY}(\\.portLevelSettings\\[\\])?\\.tls\\.mode$`), schema(clientModes)],
    [new RegExp(`${POLICY}(\\.portLevelSettings\\[\\])?\\.tls\\.credentialName$`), mesh(credentials)],
    [new RegExp(`${POLICY}\\.portLevelSettings\\[\\]\\.port\\.number$`), mesh(settingsPorts)],
  ],
  Sidecar: [
    [/^spec\.egress\[\]\.hosts\[\]$/, mesh(importedHosts)],
    [/^spec\.(egress|ingress)\[\]\.port\.protocol$/, mesh(protocols)],
    [/^spec\.outboundTrafficPolicy\.mode$/, schema(outboundModes)],
  ],
};
