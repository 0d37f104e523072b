import { firstLine, nameText } from '~/format/text';

interface Steps {
  error_message: string | null;
  /** The first job that failed, and the first event with an error, if any. */
  failed_jobs: readonly { job_name: string; status: string; error_message: string | null }[];
  failed_events: readonly { event_name: string; handler_error: string | null; detection_error: string | null }[];
}

export interface Failure {
  /** The step that failed first; undefined if only the invocation itself has an error. */
  step?: string;
  message: string;
}

/** Why an invocation failed, and in which step; undefined where nothing failed. */
export function firstFailure({ error_message, failed_jobs: [job], failed_events: [event] }: Steps): Failure | undefined {
  const steps: Failure[] = [];
  if (event) {
    const detecting = event.detection_error !== null;
    steps.push({ step: `${detecting ? 'detection of' : 'handler of'} ${nameText(event.event_name)}`, message: firstLine(event.detection_error ?? event.handler_error) });
  }
  if (job) steps.push({ step: nameText(job.job_name), message: firstLine(job.error_message) || job.status });
  const own = firstLine(error_message);
  if (!own) return steps[0];
  // Hosts often report the error of a step as that of the invocation.
  return { step: steps.find(({ message }) => message && own.includes(message))?.step, message: own };
}
