/** A document takes what the page leaves, so that there is one thing to scroll. */
export const documentHeight = 'max(320px, calc(100vh - 470px))';
