import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { SeededRandom } from '../fuzz/seeded-random.ts'
import { changeTensors, movedShare } from './delta.ts'

const folder = join(homedir(), '.cache/lumos/models/HuggingFaceTB/SmolLM2-135M-Instruct/onnx')

it.for(['model_int8.onnx', 'model_q4.onnx'])(
  'moves at most a tenth when a twentieth of the tensors of SmolLM2-135M change: %s',
  async (name, { skip }) => {
    const path = join(folder, name)
    if (!existsSync(path)) return skip('made by models/smollm2/build.sh')
    const before = await readFile(path)
    const { after, changedShare } = changeTensors(before, 0.05, new SeededRandom(1))
    const shares = movedShare(before, after)
    console.log(name, { changedShare, ...shares })
    expect(shares.tensors).toBeLessThanOrEqual(0.1)
  },
)
