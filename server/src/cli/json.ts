/** What `--format json` prints. Its shape is a contract: programs read it. */
import { posix } from 'node:path';
import { passing } from '../analysis/summary.ts';
import type { Summary } from '../analysis/types.ts';
import type { Finding, Fix, Severity } from '../rules/finding.ts';
import type { PositionRange } from './lines.ts';
import type { Texts } from './texts.ts';

export interface JsonReport {
  readonly findings: readonly JsonFinding[];
  /** How many files and resources were read. */
  readonly files: number;
  readonly resources: number;
  /** Egress routes: `total` is the sum of the others. */
  readonly routes: {
    readonly total: number;
    readonly pass: number;
    readonly fail: number;
    readonly unchecked: number;
  };
  /** The routes that could not be checked, and what would have to be here for it: `Gateway istio-system/shared`. */
  readonly unchecked: readonly { readonly path: string; readonly range: PositionRange; readonly needs: string }[];
}

export interface JsonFinding {
  readonly code: string;
  readonly severity: Severity;
  /** Relative to the folder that was checked, with forward slashes. */
  readonly path: string;
  /** Lines and characters from 0, characters in UTF-16 code units, as in LSP. */
  readonly range: PositionRange;
  readonly message: string;
  readonly related: readonly { readonly path: string; readonly range: PositionRange; readonly message: string }[];
  readonly fixes: readonly JsonFix[];
}

export interface JsonFix {
  readonly title: string;
  readonly preferred: boolean;
  readonly edits: readonly { readonly path: string; readonly range: PositionRange; readonly newText: string }[];
}

/**
 * Findings as JSON data.
 *
 * @param root the folder that was checked, absolute
 * @param summary of everything that was read
 */
export function jsonReport(findings: readonly Finding[], texts: Texts, root: string, summary: Summary): JsonReport {
  const relative = (path: string) => posix.relative(root, path);
  const jsonFix = ({ title, preferred, edits }: Fix): readonly JsonFix[] => {
    const resolved = texts.resolve(edits);
    if (!resolved) return [];
    const written = [...resolved].flatMap(([path, list]) =>
      list.map(({ range, newText }) => ({
        path: relative(path),
        range: texts.index(path).range(range),
        newText,
      })),
    );
    return [{ title, preferred, edits: written }];
  };
  return {
    findings: findings.map((finding) => ({
      code: finding.code,
      severity: finding.severity,
      path: relative(finding.path),
      range: texts.index(finding.path).range(finding.range),
      message: finding.message,
      related: finding.related.map(({ path, range, message }) => ({
        path: relative(path),
        range: texts.index(path).range(range),
        message,
      })),
      fixes: finding.fixes.flatMap(jsonFix),
    })),
    files: summary.files,
    resources: summary.resources,
    routes: {
      total: summary.routes,
      pass: passing(summary),
      fail: summary.failing,
      unchecked: summary.unchecked.length,
    },
    unchecked: summary.unchecked.map(({ path, range, needs }) => ({
      path: relative(path),
      range: texts.index(path).range(range),
      needs,
    })),
  };
}
