/** Traces of fixtures as a user reads them. */
import { parseCall } from '../../server/src/features/call-text.ts';
import { chooseSet } from '../../server/src/features/choose-set.ts';
import { type TraceResult, type Traceable, traceCall } from '../../server/src/features/trace-call.ts';
import { traceText } from '../../server/src/features/trace-text.ts';
import type { LinkedText } from '../../server/src/features/trace-writer.ts';
import { analyze, filesOf } from '../support/annotated.ts';

export interface Traced extends LinkedText {
  readonly subject: Traceable;
  readonly result: TraceResult;
}

/**
 * Follows a call in a fixture (several files under `# -- path` headers).
 *
 * @param line `GET http://a.com from team`
 */
export function traced(fixture: string, line: string): Traced {
  const files = filesOf(fixture);
  const reading = parseCall(line);
  if ('problem' in reading) throw new Error(reading.problem);
  const subject = chooseSet(analyze(files).traceables(), reading.call);
  if (!subject) throw new Error('nothing to follow a call in');
  const result = traceCall(subject, reading.call);
  const relative = (path: string) => path.replace('/workspace/', '');
  const place = (path: string, offset: number) =>
    `${relative(path)}:${(files.get(relative(path)) ?? '').slice(0, offset).split('\n').length}`;
  return { subject, result, ...traceText(result, { plane: subject.tracer.plane(), place }) };
}
