/** A document fills the rest of the page, so that only one of them scrolls. */
export const documentHeight = 'max(320px, calc(100vh - 470px))';
