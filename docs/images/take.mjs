// Takes the pictures of docs/f5.md: starts the AppHost, lets signals flow, and looks at its dashboard in a real browser.
//
//   dotnet build FuturesEos.sln -c Release
//   npm install --no-save --prefix /tmp/pictures playwright-core
//   NODE_PATH=/tmp/pictures/node_modules node docs/images/take.mjs        (CHROMIUM=/usr/bin/chromium is the default)

import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { chromium } = createRequire(import.meta.url)('playwright-core');
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const apiKey = 'pictures';
const patience = 180_000;

const wanted = ['send trading.signal', 'process trading.signal', 'create order', 'send trading.orders'];

async function eventually(what, ask) {
    for (const until = Date.now() + patience; Date.now() < until;) {
        const answer = await ask();
        if (answer) return answer;
        await new Promise(again => setTimeout(again, 500));
    }
    throw new Error(`not within ${patience / 1000} s: ${what}`);
}

function startAppHost() {
    const dashboard = 'http://127.0.0.1:15400';
    const app = spawn(join(root, 'artifacts/bin/FuturesEos.AppHost/release/FuturesEos.AppHost'), [
        '--Infrastructure=embedded', '--Parameters:rate=40', `--AppHost:DashboardApiKey=${apiKey}`,
        `--Data=${mkdtempSync(join(tmpdir(), 'futures-eos-pictures-'))}`,
    ], {
        cwd: join(root, 'FuturesEos.AppHost'),
        env: {
            ...process.env, DOTNET_ENVIRONMENT: 'Development', ASPNETCORE_ENVIRONMENT: 'Development',
            ASPNETCORE_URLS: dashboard, ASPIRE_ALLOW_UNSECURED_TRANSPORT: 'true',
            ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL: 'http://127.0.0.1:15401',
            ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL: 'http://127.0.0.1:15402',
        },
    });
    let output = '';
    app.stdout.on('data', bytes => { output += bytes; });
    app.stderr.on('data', bytes => { output += bytes; });
    const login = () => output.match(/http:\/\/127\.0\.0\.1:15400\/login\?t=[0-9a-f]+/)?.[0];
    return { app, dashboard, login: () => eventually('the dashboard\'s address', login) };
}

// OTLP's JSON: resourceSpans[].scopeSpans[].spans[]
async function wholeTrace(dashboard) {
    const answer = await fetch(`${dashboard}/api/telemetry/traces?limit=1000`, { headers: { 'x-api-key': apiKey } });
    if (!answer.ok) return null;
    const names = new Map();
    for (const resource of (await answer.json()).data?.resourceSpans ?? []) {
        for (const span of resource.scopeSpans.flatMap(scope => scope.spans)) {
            names.set(span.traceId, [...names.get(span.traceId) ?? [], span.name]);
        }
    }
    for (const [id, spans] of names) {
        if (wanted.every(begin => spans.some(name => name.startsWith(begin)))) return id;
    }
    return null;
}

async function picture(page, name, theme) {
    await page.screenshot({ path: join(here, `f5-${name}-${theme}.png`) });
    console.log(`f5-${name}-${theme}.png`);
}

const { app, dashboard, login } = startAppHost();
try {
    const address = await login();
    const trace = await eventually('a trace from signal to order event', () => wholeTrace(dashboard));
    const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
            '--disable-component-update', '--disable-sync'],
    });
    for (const theme of ['light', 'dark']) {
        const context = await browser.newContext({ colorScheme: theme, viewport: { width: 1400, height: 800 } });
        const page = await context.newPage();
        const open = async (path, ready) => {
            await page.goto(dashboard + path);
            await page.getByText(ready).first().waitFor({ timeout: patience });
            await page.waitForTimeout(3_000); // the graph and the charts move into place
        };
        await page.goto(address);
        await open('/', 'outbox-relay');
        await picture(page, 'resources', theme);
        await open('/?view=Graph', 'outbox-relay');
        await picture(page, 'graph', theme);
        await open(`/traces/detail/${trace}`, 'create order');
        await picture(page, 'trace', theme);
        await open('/metrics/resource/signal-processor?meter=FuturesEos.Streams&instrument=eos.transaction.duration&view=Graph',
            'eos.transaction.duration');
        await picture(page, 'metrics', theme);
        await context.close();
    }
    await browser.close();
} finally {
    app.kill('SIGTERM');
}
