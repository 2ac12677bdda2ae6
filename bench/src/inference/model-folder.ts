import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { LumosError } from '@lomusai/client-js'

/**
 * The folder of SmolLM2-135M-Instruct: the one `LUMOS_SMOLLM2_DIR` names, else the one in the cache.
 *
 * @throws {LumosError} `not-found` when it, or the weights the peers need, are not there
 */
export function smolLmFolder(): string {
  const cache = process.env.LUMOS_MODEL_CACHE ?? join(homedir(), '.cache/lumos/models')
  const folder = process.env.LUMOS_SMOLLM2_DIR ?? join(cache, 'HuggingFaceTB/SmolLM2-135M-Instruct')
  const needed = ['onnx/model_int8.onnx', 'onnx/model_quantized.onnx', 'gguf/q8_0.gguf']
  const missing = needed.filter(file => !existsSync(join(folder, file)))
  if (missing.length === 0) return folder
  const message = `${folder} lacks ${missing.join(', ')}: make them by \`bash models/peers/build.sh\`.`
  throw new LumosError('not-found', message)
}
