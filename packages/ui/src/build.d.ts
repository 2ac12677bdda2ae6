/// <reference types="vite/client" />

declare const __LUMOS_VERSION__: string
