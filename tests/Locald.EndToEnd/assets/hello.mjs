// An app that `locald run` starts in README's transcripts: it listens where PORT says.
import { createServer } from 'node:http';

const port = process.env.PORT;
createServer((request, response) => response.end(`hello from ${request.headers.host} on port ${port}\n`)).listen(port, '127.0.0.1');
