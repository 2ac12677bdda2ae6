import { defineConfig } from '@playwright/test'
import { findBrowser } from './scripts/command/find-browser.mjs'

// Workers of Playwright inherit this: what a spec imports of our packages comes from source.
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --conditions=lumos-source`.trim()

const executablePath = findBrowser()

/** Headless, without a sandbox (CI runs as root), quiet on the network, WebGPU in software. */
const flags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
]

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.browser.spec.ts',
  testIgnore: ['**/node_modules/**', '**/dist/**'],
  outputDir: 'test-results',
  fullyParallel: false,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: process.env.LUMOS_RESULTS
    ? [['list'], ['json', { outputFile: `${process.env.LUMOS_RESULTS}/browser.json` }]]
    : [['list']],
  use: {
    browserName: 'chromium',
    headless: true,
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: { args: flags, ...(executablePath ? { executablePath } : {}) },
  },
})
