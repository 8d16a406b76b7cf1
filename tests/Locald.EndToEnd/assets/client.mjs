// Asks each URL with https and with fetch, as a Node program does. Prints "URL OK TEXT" or "URL REFUSED REASON" for each.
import https from 'node:https';

const get = url => new Promise((resolve, reject) => {
  https.get(url, { timeout: 20000 }, response => {
    response.setEncoding('utf8');
    let text = '';
    response.on('data', part => text += part).on('end', () => resolve(text));
  }).on('error', reject);
});

for (const url of process.argv.slice(2)) {
  try {
    const text = await get(url);
    const again = await (await fetch(url)).text();
    console.log(url, text === again ? 'OK' : 'REFUSED', text.trim());
  } catch (error) {
    console.log(url, 'REFUSED', error.code ?? error.cause?.code ?? error.message);
  }
}
process.exit(0);
