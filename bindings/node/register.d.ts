// Preloaded or imported first, it gives the host's detector library `observability`.
export {};
