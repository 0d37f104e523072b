import { describe, expect, it } from 'vitest';
import { firstFailure } from './why';

describe('why an invocation failed', () => {
  const job = { job_name: 'charge', status: 'failed', error_message: 'card declined\n  at pay.js' };
  const event = { event_name: 'order.paid', handler_error: 'no such order', detection_error: null };
  const none = { error_message: null, failed_jobs: [], failed_events: [] };
  it('is its own error, or that of the first step that failed', () => {
    expect(firstFailure({ error_message: 'out of time', failed_jobs: [job], failed_events: [event] })).toEqual({ message: 'out of time' });
    expect(firstFailure({ ...none, failed_jobs: [job], failed_events: [event] })).toEqual({ step: 'handler of order.paid', message: 'no such order' });
    expect(firstFailure({ ...none, failed_events: [{ ...event, detection_error: 'x' }] })).toEqual({ step: 'detection of order.paid', message: 'x' });
    expect(firstFailure({ ...none, failed_jobs: [job] })).toEqual({ step: 'charge', message: 'card declined' });
    expect(firstFailure({ ...none, error_message: '', failed_jobs: [{ ...job, status: 'crashed', error_message: null }] })).toEqual({ step: 'charge', message: 'crashed' });
    expect(firstFailure(none)).toBeUndefined();
  });
  it('says in which step its own error happened', () => {
    expect(firstFailure({ ...none, error_message: 'Error: card declined', failed_jobs: [job] })).toEqual({ step: 'charge', message: 'Error: card declined' });
  });
});
