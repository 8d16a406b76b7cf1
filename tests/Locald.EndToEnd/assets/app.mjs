// A Node app: says who it is, and echoes a posted body.
import http from 'node:http';

const server = http.createServer((request, response) => {
  if (request.method === 'POST') {
    request.pipe(response);
  } else {
    response.end(`node ${request.headers.host.split(':')[0]} ${request.headers['x-forwarded-proto']}`);
  }
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'));
