import { describe, expect, it } from 'vitest';
import { parseStack } from './stack';

describe('stack traces', () => {
  it('distinguishes own frames from those of libraries', () => {
    const [part, ...others] = parseStack('TypeError: no\n    at pay (/var/task/pay.js:3:1)\n    at run (/var/task/node_modules/host/run.js:1:1)\n    at process.tick (node:internal/process:95:5)');
    expect(others).toEqual([]);
    expect(part).toEqual({
      title: 'TypeError: no',
      frames: [
        { text: 'at pay (/var/task/pay.js:3:1)', library: false },
        { text: 'at run (/var/task/node_modules/host/run.js:1:1)', library: true },
        { text: 'at process.tick (node:internal/process:95:5)', library: true },
      ],
    });
  });

  it.each([
    'Error: outer\n    at a (a.js:1:1)\nCaused by: Error: inner\n    at b (b.js:2:2)',
    'Error: outer\n    at a (a.js:1:1) {\n  [cause]: Error: inner\n      at b (b.js:2:2)\n}',
  ])('follows the causes', (stack) => {
    expect(parseStack(stack)).toEqual([
      { title: 'Error: outer', frames: [{ text: 'at a (a.js:1:1)', library: false }] },
      { title: 'Error: inner', frames: [{ text: 'at b (b.js:2:2)', library: false }] },
    ]);
  });

  it('keeps a title of several lines', () => {
    expect(parseStack("Error: Cannot find module 'x'\nRequire stack:\n- /a.js\n    at load (a.js:1:1)")[0]!.title).toBe(
      "Error: Cannot find module 'x'\nRequire stack:\n- /a.js",
    );
  });

  it('keeps a text that is not a stack', () => {
    expect(parseStack('it broke')).toEqual([{ title: 'it broke', frames: [] }]);
  });
});
