import { exponential } from "./attention"

/** Each row divided by the root of its mean square, times `weights`. `width` is a multiple of 4. */
export function normalise(rows: i32, width: i32, source: usize, weights: usize, epsilon: f32, target: usize): void {
  const bytes = (<usize>width) << 2
  for (let row = 0; row < rows; row++) {
    let sum: f64 = 0
    for (let at: usize = 0; at < bytes; at += 4) {
      const value = <f64>load<f32>(source + at)
      sum += value * value
    }
    const scale = f32x4.splat(<f32>(1 / Math.sqrt(sum / <f64>width + <f64>epsilon)))
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(target + at, f32x4.mul(f32x4.mul(v128.load(source + at), scale), v128.load(weights + at)))
    }
    source += bytes
    target += bytes
  }
}

/** `gate = gate * sigmoid(gate) * up`. `count` is a multiple of 4. */
export function gateUp(count: i32, gate: usize, up: usize): void {
  const one = f32x4.splat(1)
  for (let at: usize = 0; at < (<usize>count) << 2; at += 16) {
    const value = v128.load(gate + at)
    const share = f32x4.div(value, f32x4.add(one, exponential(f32x4.neg(value))))
    v128.store(gate + at, f32x4.mul(share, v128.load(up + at)))
  }
}

/** Turns the halves of each head by the angles of its token's place; `cos` and `sin` have `size / 2` entries. */
export function rotate(data: usize, heads: i32, size: i32, cos: usize, sin: usize, factor: f32): void {
  const half = (<usize>size) << 1
  const scale = f32x4.splat(factor)
  for (let head = 0; head < heads; head++) {
    for (let at: usize = 0; at < half; at += 16) {
      const a = v128.load(data + at)
      const b = v128.load(data + half + at)
      const c = v128.load(cos + at)
      const s = v128.load(sin + at)
      v128.store(data + at, f32x4.mul(f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, s)), scale))
      v128.store(data + half + at, f32x4.mul(f32x4.add(f32x4.mul(b, c), f32x4.mul(a, s)), scale))
    }
    data += half << 1
  }
}
