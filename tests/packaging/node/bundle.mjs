// Bundles the function of a site as the platforms do:
//
//   node bundle.mjs netlify CONFIG OUT     Netlify's own bundler; CONFIG is [functions] of netlify.toml as JSON
//   node bundle.mjs vercel FUNCTION OUT    what Vercel copies beside a function
//   node bundle.mjs esbuild FUNCTION OUT   one file, with the options that docs/host-node.md shows
//
// The working directory is the site.

import { cpSync } from 'node:fs';
import path from 'node:path';

const [platform, given, out] = process.argv.slice(2);
const kept = ['event-detector-observability', '@hopdrive/hasura-event-detector'];

const platforms = {
  async netlify() {
    const { zipFunctions } = await import('@netlify/zip-it-and-ship-it');
    const { external_node_modules, included_files, node_bundler } = JSON.parse(given);
    const settings = {
      externalNodeModules: external_node_modules,
      includedFiles: included_files,
      includedFilesBasePath: process.cwd(),
      nodeBundler: node_bundler,
    };
    await zipFunctions('netlify/functions', out, {
      archiveFormat: 'zip',
      basePath: process.cwd(),
      repositoryRoot: process.cwd(),
      config: { '*': settings },
    });
  },

  async vercel() {
    const { nodeFileTrace } = await import('@vercel/nft');
    const { fileList } = await nodeFileTrace([given], { base: process.cwd() });
    for (const file of fileList) cpSync(file, path.join(out, file));
  },

  async esbuild() {
    const { build } = await import('esbuild');
    await build({
      entryPoints: [given],
      outfile: path.join(out, path.basename(given)),
      bundle: true,
      platform: 'node',
      external: kept,
    });
  },
};

await platforms[platform]();
