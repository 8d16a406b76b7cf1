// Speaks HTTP/2 to https://app.localhost:PORT with node's own client: node h2.mjs PORT ROOT.PEM
import { connect } from 'node:http2';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';

const [port, root] = process.argv.slice(2);
const session = connect(`https://localhost:${port}`, { ca: readFileSync(root), servername: 'app.localhost', lookup: (_, o, done) => o.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4) });
const authority = `app.localhost:${port}`;
const ask = (headers, options) => session.request({ ':authority': authority, ':path': '/', ...headers }, options);
const text = async (stream) => { let all = ''; stream.setEncoding('utf8'); for await (const part of stream) all += part; return all; };
const settings = session.remoteSettings?.maxConcurrentStreams ? session.remoteSettings : (await once(session, 'remoteSettings'))[0];
console.log('connect protocol', settings.enableConnectProtocol, 'streams', settings.maxConcurrentStreams);

const socket = ask({ ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'https', ':path': '/socket', 'sec-websocket-version': '13' }, { endStream: false });
const [answer] = await once(socket, 'response');
socket.write('over one stream');
const [echo] = await once(socket, 'data');
socket.end();
socket.resume();
await once(socket, 'close');
console.log('websocket', answer[':status'], echo.toString(), socket.rstCode);

const upload = ask({ ':method': 'POST', ':path': '/trailers' }, { endStream: false, waitForTrailers: true });
upload.on('wantTrailers', () => upload.sendTrailers({ 'x-up': 'yes' }));
const trailers = once(upload, 'trailers');
upload.end('hello');
console.log('body', await text(upload), 'trailer', (await trailers)[0]['x-down']);

const cancelled = Array.from({ length: 1000 }, () => ask({ ':path': '/slow' }));
await Promise.all(cancelled.map((stream) => { stream.on('error', () => {}); const closed = once(stream, 'close'); stream.close(8); return closed; }));
console.log('after', cancelled.length, 'cancels:', await text(ask({ ':path': '/plain' })));
session.close();
