// Hooks of Node's module loader, which run on a thread of its own: an `import` of the detector library
// gets a module that exports the same with a listenTo of ours.

const kLibrary = '@hopdrive/hasura-event-detector';
const kObserved = 'edo-observed:'; // then the URL of the library

const register = new URL('../register.js', import.meta.url).href;

export async function resolve(specifier, context, next) {
  if (context.parentURL?.startsWith(kObserved)) {
    const isLibrary = specifier === context.parentURL.slice(kObserved.length);
    return isLibrary ? { url: specifier, shortCircuit: true } : next(specifier, { ...context, parentURL: register });
  }
  const resolved = await next(specifier, context);
  const isImport = context.conditions?.includes('import') ?? true;
  if (specifier !== kLibrary || !isImport) return resolved;
  return { url: kObserved + resolved.url, format: 'module', shortCircuit: true };
}

export async function load(url, context, next) {
  if (!url.startsWith(kObserved)) return next(url, context);
  const library = JSON.stringify(url.slice(kObserved.length));
  // What a module exports itself comes before what it exports of another.
  const source = `
    import * as library from ${library};
    import register from ${JSON.stringify(register)};
    export * from ${library};
    export const { listenTo } = register.observe(library);`;
  return { source, format: 'module', shortCircuit: true };
}
