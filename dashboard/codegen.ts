import { globSync } from 'tinyglobby';
import type { CodegenConfig } from '@graphql-codegen/cli';

// Each x.graphql gets an x.generated.ts beside it: a typed document for every operation. What they share,
// the schema's input types, is in one file. They are committed, so that a build needs no schema. Run
// `npm run codegen` after changing either.
const operations = globSync('src/**/*.graphql').sort();
const shared = 'src/api/schema.generated.ts';

const types = {
  namingConvention: 'keep',
  enumType: 'string-literal',
  skipTypename: true,
  strictScalars: true,
  useTypeImports: true,
  scalars: {
    uuid: 'string',
    timestamptz: 'string',
    jsonb: 'import("~/api/json").Json',
    numeric: 'number',
    bigint: 'number',
    float8: 'number',
  },
};

const config: CodegenConfig = {
  schema: process.env.GRAPHQL_SCHEMA ?? '../schemas/graphql/schema.graphql',
  generates: {
    [shared]: {
      documents: operations,
      plugins: ['typescript-operations'],
      config: { ...types, generateOperationTypes: false },
    },
    ...Object.fromEntries(
      operations.map((file) => [
        file.replace(/\.graphql$/, '.generated.ts'),
        {
          documents: file,
          plugins: ['typescript-operations', 'typed-document-node'],
          config: { ...types, documentMode: 'string', importSchemaTypesFrom: shared, namespacedImportName: 'Schema' },
        },
      ]),
    ),
  },
};

export default config;
