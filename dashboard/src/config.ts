// Where the data comes from. The built dashboard asks the server that it was loaded from. Settings
// in the browser can name another endpoint and further headers.
export const config: { graphqlEndpoint: string; headers: Record<string, string> } = {
  graphqlEndpoint: '/v1/graphql',
  headers: {},
};
