/**
 * Attention over blocks of 16 tokens, float32. Keys of a block and head lie as `[2][size][8 tokens]`, values as
 * `[size / 8][16 tokens][8]`, so that what is multiplied together lies together.
 * Positions are summed in their order, so that it does not matter how a text was cut into steps.
 */

// @ts-ignore: decorator
@inline function fma(a: v128, b: v128, sum: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, sum) : f32x4.add(f32x4.mul(a, b), sum)
}

/** e to the power of each lane, for lanes from -87 to 88; within 2 units in the last place. @see Cephes, expf */
// @ts-ignore: decorator
@inline export function exponential(x: v128): v128 {
  const limited = f32x4.min(f32x4.max(x, f32x4.splat(-87)), f32x4.splat(88))
  const power = f32x4.nearest(f32x4.mul(limited, f32x4.splat(1.44269504088896341)))
  let rest = f32x4.sub(limited, f32x4.mul(power, f32x4.splat(0.693359375)))
  rest = f32x4.sub(rest, f32x4.mul(power, f32x4.splat(-2.12194440e-4)))
  let sum = f32x4.splat(1.9875691500e-4)
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1.3981999507e-3))
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(8.3334519073e-3))
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(4.1665795894e-2))
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1.6666665459e-1))
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(5.0000001201e-1))
  sum = f32x4.add(f32x4.mul(sum, f32x4.mul(rest, rest)), f32x4.add(rest, f32x4.splat(1)))
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(power), i32x4.splat(127)), 23)
  return f32x4.mul(sum, exponent)
}

/** Four queries against the keys of `eights` times eight positions, to four rows of scores, `step` bytes apart. */
function score(q0: usize, q1: usize, q2: usize, q3: usize, size: i32, table: usize, eights: i32, offset: usize, scores: usize, step: usize): void {
  const panel = (<usize>size) << 5
  const bytes = (<usize>size) << 2
  for (let eight = 0; eight < eights; eight++) {
    let keys = <usize>load<u32>(table + ((<usize>eight >> 1) << 2)) + offset + (eight & 1 ? panel : 0)
    let s00 = f32x4.splat(0)
    let s01 = f32x4.splat(0)
    let s10 = f32x4.splat(0)
    let s11 = f32x4.splat(0)
    let s20 = f32x4.splat(0)
    let s21 = f32x4.splat(0)
    let s30 = f32x4.splat(0)
    let s31 = f32x4.splat(0)
    for (let at: usize = 0; at < bytes; at += 4) {
      const k0 = v128.load(keys)
      const k1 = v128.load(keys, 16)
      let x = v128.load32_splat(q0 + at)
      s00 = fma(x, k0, s00)
      s01 = fma(x, k1, s01)
      x = v128.load32_splat(q1 + at)
      s10 = fma(x, k0, s10)
      s11 = fma(x, k1, s11)
      x = v128.load32_splat(q2 + at)
      s20 = fma(x, k0, s20)
      s21 = fma(x, k1, s21)
      x = v128.load32_splat(q3 + at)
      s30 = fma(x, k0, s30)
      s31 = fma(x, k1, s31)
      keys += 32
    }
    let target = scores + ((<usize>eight) << 5)
    put(target, s00, s01, 1)
    put((target += step), s10, s11, 1)
    put((target += step), s20, s21, 1)
    put(target + step, s30, s31, 1)
  }
}

/** Turns `visible` scores into weights, zeros up to `count`. @returns 1 by their sum */
function weigh(scores: usize, visible: i32, count: i32): f32 {
  const end = scores + ((<usize>count) << 2)
  for (let at = scores + ((<usize>visible) << 2); at < end; at += 4) store<f32>(at, -f32.MAX_VALUE)
  let most = f32x4.splat(-f32.MAX_VALUE)
  for (let at = scores; at < end; at += 16) most = f32x4.max(most, v128.load(at))
  const pair = Mathf.max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1))
  const top = f32x4.splat(Mathf.max(pair, Mathf.max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3))))
  const hidden = f32x4.splat(-f32.MAX_VALUE)
  let sum = f32x4.splat(0)
  for (let at = scores; at < end; at += 16) {
    const value = v128.load(at)
    const weight = v128.and(exponential(f32x4.sub(value, top)), f32x4.ne(value, hidden))
    v128.store(at, weight)
    sum = f32x4.add(sum, weight)
  }
  const left = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1)
  return <f32>1 / (left + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)))
}

/** The values of `count` positions by four rows of weights, one panel of eight columns. */
function mix(scores: usize, step: usize, table: usize, offset: usize, count: i32, f0: f32, f1: f32, f2: f32, f3: f32, o0: usize, o1: usize, o2: usize, o3: usize): void {
  let s00 = f32x4.splat(0)
  let s01 = f32x4.splat(0)
  let s10 = f32x4.splat(0)
  let s11 = f32x4.splat(0)
  let s20 = f32x4.splat(0)
  let s21 = f32x4.splat(0)
  let s30 = f32x4.splat(0)
  let s31 = f32x4.splat(0)
  for (let first = 0; first < count; first += 16) {
    let values = <usize>load<u32>(table + ((<usize>first) >> 2)) + offset
    let w0 = scores + ((<usize>first) << 2)
    let w1 = w0 + step
    let w2 = w1 + step
    let w3 = w2 + step
    const end = w0 + ((<usize>min(16, count - first)) << 2)
    while (w0 < end) {
      const v0 = v128.load(values)
      const v1 = v128.load(values, 16)
      let x = v128.load32_splat(w0)
      s00 = fma(x, v0, s00)
      s01 = fma(x, v1, s01)
      x = v128.load32_splat(w1)
      s10 = fma(x, v0, s10)
      s11 = fma(x, v1, s11)
      x = v128.load32_splat(w2)
      s20 = fma(x, v0, s20)
      s21 = fma(x, v1, s21)
      x = v128.load32_splat(w3)
      s30 = fma(x, v0, s30)
      s31 = fma(x, v1, s31)
      values += 32
      w0 += 4
      w1 += 4
      w2 += 4
      w3 += 4
    }
  }
  put(o0, s00, s01, f0)
  put(o1, s10, s11, f1)
  put(o2, s20, s21, f2)
  put(o3, s30, s31, f3)
}

// @ts-ignore: decorator
@inline function put(target: usize, s0: v128, s1: v128, factor: f32): void {
  const scale = f32x4.splat(factor)
  v128.store(target, f32x4.mul(s0, scale))
  v128.store(target, f32x4.mul(s1, scale), 16)
}

/**
 * One key-value head of one sequence: `tokens` new ones, the first at position `first`, with `group` query heads each.
 *
 * @param queries - of the first token and query head; tokens are `stride` bytes apart, heads `size` floats
 * @param target - the same layout
 * @param table - u32 addresses of the sequence's blocks
 * @param keys - offset of this layer's and head's keys in a block
 * @param scores - room for four rows of all positions, rounded up to 8
 */
export function attend(queries: usize, target: usize, stride: usize, tokens: i32, group: i32, size: i32, first: i32, table: usize, keys: usize, values: usize, scores: usize): void {
  const rows = tokens * group
  const bytes = (<usize>size) << 2
  for (let row = 0; row < rows; row += 4) {
    // The last tile repeats its last row.
    const r1 = min(row + 1, rows - 1)
    const r2 = min(row + 2, rows - 1)
    const r3 = min(row + 3, rows - 1)
    const p0 = <usize>(row / group) * stride + <usize>(row % group) * bytes
    const p1 = <usize>(r1 / group) * stride + <usize>(r1 % group) * bytes
    const p2 = <usize>(r2 / group) * stride + <usize>(r2 % group) * bytes
    const p3 = <usize>(r3 / group) * stride + <usize>(r3 % group) * bytes
    const count = first + r3 / group + 1
    const eights = (count + 7) >> 3
    const step = (<usize>eights) << 5
    score(queries + p0, queries + p1, queries + p2, queries + p3, size, table, eights, keys, scores, step)
    const f0 = weigh(scores, first + row / group + 1, eights << 3)
    const f1 = weigh(scores + step, first + r1 / group + 1, eights << 3)
    const f2 = weigh(scores + 2 * step, first + r2 / group + 1, eights << 3)
    const f3 = weigh(scores + 3 * step, count, eights << 3)
    for (let column: usize = 0; column < bytes; column += 32) {
      const o = target + column
      mix(scores, step, table, values + (column << 4), count, f0, f1, f2, f3, o + p0, o + p1, o + p2, o + p3)
    }
  }
}

/** Puts keys and values of one token, `heads` by `size`, into place `at` of its block's layer. */
export function remember(key: usize, value: usize, heads: i32, size: i32, block: usize, at: i32, keys: usize, values: usize): void {
  const bytes = (<usize>size) << 2
  const place = <usize>(at >> 3) * (bytes << 3) + (<usize>(at & 7) << 2)
  for (let head = 0; head < heads; head++) {
    const start = block + <usize>head * (bytes << 4)
    for (let column: usize = 0; column < bytes; column += 4) {
      store<f32>(start + keys + place + (column << 3), load<f32>(key + column))
    }
    for (let column: usize = 0; column < bytes; column += 32) {
      memory.copy(start + values + (column << 4) + (<usize>at << 5), value + column, 32)
    }
    key += bytes
    value += bytes
  }
}
