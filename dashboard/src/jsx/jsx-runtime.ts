import * as runtime from 'react/jsx-runtime';
import { visibleProps } from './elements';

// A build makes elements through this module.
export { Fragment, type JSX } from 'react/jsx-runtime';

export const jsx: typeof runtime.jsx = (type, props, key) => runtime.jsx(type, visibleProps(props), key);
export const jsxs: typeof runtime.jsxs = (type, props, key) => runtime.jsxs(type, visibleProps(props), key);
