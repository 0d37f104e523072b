import { useGraphql } from './query';
import { RootFieldsDocument } from './features.generated';

/** Whether the server has a root field; undefined until that is known. */
export function useHasField(name: string): boolean | undefined {
  const { data } = useGraphql(RootFieldsDocument, {});
  return data?.__type?.fields?.some((field) => field.name === name);
}
