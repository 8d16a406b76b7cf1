// What a development server's client does, once its modules are there. The page's title says what was seen.
const said = (target, name) => new Promise((done, failed) => {
    target.addEventListener(name, done, { once: true });
    target.addEventListener('error', () => failed(new Error(`no ${name}`)), { once: true });
});
const text = async (path) => (await fetch(path)).text();
const echo = async (word) => { socket.send(word); return (await said(socket, 'message')).data; };
const report = [`${globalThis.count} modules`, `event ${await early} while they came`];

const socket = new WebSocket(`wss://${location.host}/socket`);
await said(socket, 'open');
report.push(`echo ${await echo('hi')}`);

for (let burst = 1; burst <= 3; burst++) {
    const abort = new AbortController();
    const ends = Array.from({ length: 200 }, (_, i) => fetch(`/slow/${burst}/${i}`, { signal: abort.signal }).then(() => 'answered', (error) => error.name));
    await text('/arrived');
    abort.abort();
    report.push([...new Set(await Promise.all(ends))].join(), await text(`/plain/${burst}`));
}

const late = nextEvent();
await text('/send/later');
report.push(`event ${await late}`, `echo ${await echo('again')}`);

const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource').filter((entry) => /\/(m\d+|all|hmr)\.js$/.test(entry.name))];
report.push(`${entries.length} by ${[...new Set(entries.map((entry) => entry.nextHopProtocol))].join()}`);
events.close();
socket.close();
document.title = report.join('; ');
