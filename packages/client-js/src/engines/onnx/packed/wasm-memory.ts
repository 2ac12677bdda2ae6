const pageBytes = 65_536
/** What lies below belongs to the kernels. */
const start = 65_536
const alignment = 64

/** Hands out parts of a WASM memory, one after another, and grows it; nothing is given back. */
export class WasmMemory {
  readonly #memory: WebAssembly.Memory
  #end = start

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory
  }

  /** Views end when the memory grows: take one, use it, let it go. */
  get floats(): Float32Array {
    return new Float32Array(this.#memory.buffer)
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.#memory.buffer)
  }

  get words(): Uint32Array {
    return new Uint32Array(this.#memory.buffer)
  }

  /** @throws {RangeError} when there is no more memory */
  take(bytes: number): number {
    const address = this.#end
    this.reserve(bytes)
    this.#end = Math.ceil((address + bytes) / alignment) * alignment
    return address
  }

  /** Makes room for `bytes` that the next {@link take} may overwrite. @returns where */
  reserve(bytes: number): number {
    const missing = this.#end + bytes + alignment - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes))
    return this.#end
  }

  put(data: Float32Array): number {
    const address = this.take(data.byteLength)
    this.floats.set(data, address / 4)
    return address
  }
}
