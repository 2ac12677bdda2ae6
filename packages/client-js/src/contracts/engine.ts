/** Which code computes: our ONNX engine, somebody's OpenAI-compatible server, or a test's script. */
export type EngineKind = 'onnx' | 'openai-compatible' | 'scripted'

/** Where the arithmetic happens. */
export type Device = 'webgpu' | 'wasm' | 'cpu' | 'remote'
