import { useGraphql } from './query';
import { RootFieldsDocument } from './features.generated';

/** Whether a root field can be asked for; undefined until that is known. */
export function useHasField(name: string): boolean | undefined {
  const { data } = useGraphql(RootFieldsDocument, {});
  return data?.__type?.fields?.some((field) => field.name === name);
}
