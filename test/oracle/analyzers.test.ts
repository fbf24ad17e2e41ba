/**
 * What Istio's analyzers say of their own test files, and what our rules say. For every message of a code that a rule covers, a rule that covers it
 * reports on the same resource, or `DIFFERENT` says why not. The files lie beside the repository; where they are not, this says so.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ISTIOCTL_LEFT_OUT } from '../../scripts/generate/peers.mjs';
import { createAnalysis } from '../../server/src/analysis/analysis.ts';
import { readContents } from '../../server/src/manifest/read-contents.ts';
import { allRules } from '../../server/src/rules/all.generated.ts';

interface Message {
  readonly code: string;
  /** `Kind namespace/name`, or `Kind name`. */
  readonly resource: string;
  readonly message: string;
}

interface Difference {
  readonly code: string;
  readonly file: RegExp;
  /** Of the message; any where absent. */
  readonly says?: RegExp;
  readonly why: string;
}

const COLLECTION = new URL('../../../shared/oracle/', import.meta.url);
const PATH = '/cluster/all.yaml';

/** Messages that no rule repeats. */
const DIFFERENT: readonly Difference[] = [
  {
    code: 'IST0101',
    file: /^(gateway-custom-ingressgateway|conflicting-gateways-subSelector)/,
    says: /selector/,
    why: 'The pod is in the file, without a namespace.',
  },
  {
    code: 'IST0101',
    file: /^virtualservice_destinationhosts/,
    says: /subset/,
    why: 'A Service of the cluster: calls inside it are not followed.',
  },
  {
    code: 'IST0101',
    file: /^virtualservice_destination/,
    says: /mirror/,
    why: 'Nobody waits for the answer to a copy.',
  },
  {
    code: 'IST0101',
    file: /^virtualservice_destinationhosts/,
    says: /details\.default|hello\.hello|other\.bookinfo/,
    why: 'The host is there; whether a proxy sees it is told where a call from it fails.',
  },
  { code: 'IST0106', file: /./, why: 'Held by the test of validation, with cases of its own.' },
  {
    code: 'IST0109',
    file: /_with_exportto/,
    says: /\*\.productpage\.d/,
    why: 'A wildcard beside a host under it: the more specific one counts, whatever their age.',
  },
  {
    code: 'IST0132',
    file: /^virtualservice_(conflictingmeshgatewayhosts|dupmatches|kubernetes_gateways)/,
    why: 'The Gateway is not there: that is reported.',
  },
  {
    code: 'IST0132',
    file: /^virtualservice_gateways/,
    why: 'The Gateways have no servers, the VirtualServices no rules: the API server refuses both.',
  },
  {
    code: 'IST0132',
    file: /^virtualservice_host_not_found_gateway(_beta)?\.yaml/,
    says: /testing-gateway-02-test-03/,
    why: 'The other one of its two Gateways takes the host.',
  },
  {
    code: 'IST0132',
    file: /_with_ns_prefix/,
    why: 'Another VirtualService brings the host to a gateway: this one may list it for others.',
  },
  {
    code: 'IST0134',
    file: /missing-addresses-protocol/,
    why: 'A port without protocol: HTTP and TLS name their host.',
  },
  {
    code: 'IST0145',
    file: /^(analyze-list|conflicting-gateways)/,
    why: 'HTTP servers of a host come together; nothing is left out.',
  },
  {
    code: 'IST0145',
    file: /^gateway-secrets/,
    why: 'No route uses the servers: that one is left out is told where a call meets it.',
  },
  {
    code: 'IST0162',
    file: /./,
    why: 'No route uses the Gateways: a port that is not open is told where a call meets it.',
  },
  { code: 'IST0173', file: /./, why: 'A Service of the cluster: calls inside it are not followed.' },
];

if (existsSync(COLLECTION)) describe('messages of the analyzers', compareAll);
else {
  it('are not compared: the collection is not there', () => {
    expect(existsSync(COLLECTION)).toBe(false);
  });
}

function compareAll() {
  const files: Readonly<Record<string, readonly Message[]>> = JSON.parse(text('analyzers.json'));
  const covers = new Map(allRules.map((rule) => [rule.code, rule.covers]));
  const leftOut = new Set(ISTIOCTL_LEFT_OUT.map((each) => each.code));
  const covered = new Set(allRules.flatMap((rule) => rule.covers));
  const used = new Set<Difference>();

  it.each(Object.entries(files))('of %s', (file, messages) => {
    const missed = messages.filter((message) => {
      if (leftOut.has(message.code) && !covered.has(message.code)) return false;
      if (
        found(file).some(
          ([resource, code]) => resource === message.resource && covers.get(code)?.includes(message.code),
        )
      )
        return false;
      const reason = DIFFERENT.find(
        (each) => each.code === message.code && each.file.test(file) && (each.says?.test(message.message) ?? true),
      );
      if (reason) used.add(reason);
      return reason === undefined;
    });
    expect(missed).toEqual([]);
  });

  it('has a code for each, covered or left out', () => {
    const codes = new Set(Object.values(files).flatMap((messages) => messages.map((each) => each.code)));
    expect([...codes].filter((each) => !covered.has(each) && !leftOut.has(each))).toEqual([]);
    expect(Object.keys(files).length).toBeGreaterThan(50);
  });

  it('has no reason that is not needed', () => {
    expect(DIFFERENT.filter((each) => !used.has(each)).map((each) => each.why)).toEqual([]);
  });
}

/** The findings of a file as a whole cluster: the resource that each is in, and its code. */
function found(file: string): readonly (readonly [resource: string, code: string])[] {
  const contents = readContents(PATH, withPodSpecs(text(`analyzers/${file}`)));
  const analysis = createAnalysis({
    root: '/cluster',
    settings: { editor: { complete: ['*'], defaultNamespace: 'default' } },
  });
  analysis.update([{ path: PATH, contents }]);
  return analysis.findings(PATH).map(({ range, code }) => {
    const resource = contents.resources.find((each) => each.range.start <= range.start && range.end <= each.range.end);
    const namespace = resource?.namespace?.value;
    return [`${resource?.kind} ${namespace === undefined ? '' : `${namespace}/`}${resource?.name.value}`, code];
  });
}

/** Pods of the files that have none get a spec, as every Pod in a cluster has one. */
function withPodSpecs(all: string): string {
  return all
    .split(/^---$/m)
    .map((each) => (/^kind: Pod$/m.test(each) && !/^spec:/m.test(each) ? `${each.trimEnd()}\nspec: {}\n` : each))
    .join('---');
}

function text(path: string): string {
  return readFileSync(new URL(path, COLLECTION), 'utf8');
}
