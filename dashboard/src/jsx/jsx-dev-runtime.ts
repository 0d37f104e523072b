import * as runtime from 'react/jsx-dev-runtime';
import { visibleProps } from './elements';

// Tests and the development server make elements through this module.
export { Fragment, type JSX } from 'react/jsx-dev-runtime';

export const jsxDEV: typeof runtime.jsxDEV = (type, props, key, isStatic, source, self) =>
  runtime.jsxDEV(type, visibleProps(props), key, isStatic, source, self);
