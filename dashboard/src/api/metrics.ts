import { useQuery } from '@tanstack/react-query';
import { currentEndpoint, currentHeaders } from '~/settings/settings';
import { ApiError } from './error';

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Reads the text format of Prometheus. */
export function parseMetrics(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/.exec(line);
    if (!match) continue;
    const labels: Record<string, string> = {};
    for (const [, name, value] of (match[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      labels[name!] = value!.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
    }
    samples.push({ name: match[1]!, labels, value: Number(match[3]) });
  }
  return samples;
}

/** The server's own metrics, or undefined where it has none, as a Hasura has not. */
export function useMetrics(now: number) {
  return useQuery({
    queryKey: ['metrics', now],
    queryFn: async ({ signal }): Promise<Sample[] | null> => {
      const address = new URL('/metrics', new URL(currentEndpoint(), window.location.href));
      const response = await fetch(address, { headers: currentHeaders(), signal }).catch(() => undefined);
      if (!response) throw new ApiError('network', `No answer from ${address.href}`);
      if (!response.ok) return null;
      const text = await response.text();
      return text.startsWith('<') ? null : parseMetrics(text);
    },
    placeholderData: (before) => before,
  });
}
