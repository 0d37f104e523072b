export type Tone = 'success' | 'failure' | 'warning' | 'running' | 'crashed' | 'neutral';

// The states of invocations, event executions and jobs, and the levels of logs.
const tones: Record<string, Tone> = {
  completed: 'success',
  failed: 'failure',
  handler_failed: 'failure',
  detection_failed: 'failure',
  error: 'failure',
  timeout: 'warning',
  warn: 'warning',
  crashed: 'crashed',
  running: 'running',
  detecting: 'running',
  handling: 'running',
  info: 'running',
  not_detected: 'neutral',
  debug: 'neutral',
};

export const toneOf = (status: string): Tone => tones[status] ?? 'neutral';

export const isFailure = (status: string) => ['failure', 'warning', 'crashed'].includes(toneOf(status));

export const invocationStatuses = ['running', 'completed', 'failed', 'timeout', 'crashed'] as const;
export const failedStatuses = ['failed', 'timeout', 'crashed'] as const;
