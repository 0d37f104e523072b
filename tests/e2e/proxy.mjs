// A proxy as some companies have one: it passes requests on, and refuses WebSockets until it is told
// otherwise.
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

export async function proxyTo(port) {
  const proxy = { allowsWebSockets: false };
  const server = http.createServer((request, response) => {
    const { method, url: path, headers } = request;
    const onward = http.request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  const sockets = new Set();
  server.on('upgrade', (request, socket, head) => {
    if (!proxy.allowsWebSockets) return socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
    const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const onward = net.connect(port, '127.0.0.1', () => {
      onward.write(`GET ${request.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on('error', () => {}).on('close', () => sockets.delete(end));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Ends the WebSockets that are open. */
    breakWebSockets: () => sockets.forEach((socket) => socket.destroy()),
    stop() {
      proxy.breakWebSockets();
      server.closeAllConnections();
      server.close();
    },
  });
}
