/**
 * Products with int8 weights, float32 sums. A matrix `[out, width]` lies in panels of 8 outputs, `[out / 8][width][8]`.
 * Every output is summed over its inputs in their order, whatever is computed beside it: a row's results are the same
 * bits in any batch.
 */

// @ts-ignore: decorator
@inline function fma(a: v128, b: v128, sum: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, sum) : f32x4.add(f32x4.mul(a, b), sum)
}

// @ts-ignore: decorator
@inline function low(codes: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(codes))
}

// @ts-ignore: decorator
@inline function high(codes: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(codes))
}

// @ts-ignore: decorator
@inline function put(target: usize, sum: v128, scale: v128, isAdded: bool): void {
  const value = f32x4.mul(sum, scale)
  v128.store(target, isAdded ? f32x4.add(v128.load(target), value) : value)
}

/** From int8 `[out, width]` at `codes` to panels at `panels`. */
export function packPanels(codes: usize, out: i32, width: i32, panels: usize): void {
  for (let row = 0; row < out; row += 8) {
    const source = codes + <usize>row * width
    for (let column = 0; column < width; column++) {
      let at = source + column
      for (let lane: usize = 0; lane < 8; lane++) {
        store<i8>(panels + lane, load<i8>(at))
        at += width
      }
      panels += 8
    }
  }
}

/** Row `row` of a matrix in panels, times its scale, as float32. */
export function lookUp(panels: usize, scales: usize, width: i32, row: i32, target: usize): void {
  const source = panels + <usize>(row >> 3) * width * 8 + (row & 7)
  const scale = load<f32>(scales + ((<usize>row) << 2))
  for (let column = 0; column < width; column++) {
    store<f32>(target + ((<usize>column) << 2), <f32>load<i8>(source + ((<usize>column) << 3)) * scale)
  }
}

/** Four rows of `a`, eight outputs. */
function multiplyFour(a: usize, stride: usize, b: usize, width: i32, scales: usize, c: usize, step: usize, isAdded: bool): void {
  let a1 = a + stride
  let a2 = a1 + stride
  let a3 = a2 + stride
  let s00 = f32x4.splat(0)
  let s01 = f32x4.splat(0)
  let s10 = f32x4.splat(0)
  let s11 = f32x4.splat(0)
  let s20 = f32x4.splat(0)
  let s21 = f32x4.splat(0)
  let s30 = f32x4.splat(0)
  let s31 = f32x4.splat(0)
  const end = b + ((<usize>width) << 3)
  while (b < end) {
    const codes = v128.load8x8_s(b)
    const b0 = low(codes)
    const b1 = high(codes)
    let x = v128.load32_splat(a)
    s00 = fma(x, b0, s00)
    s01 = fma(x, b1, s01)
    x = v128.load32_splat(a1)
    s10 = fma(x, b0, s10)
    s11 = fma(x, b1, s11)
    x = v128.load32_splat(a2)
    s20 = fma(x, b0, s20)
    s21 = fma(x, b1, s21)
    x = v128.load32_splat(a3)
    s30 = fma(x, b0, s30)
    s31 = fma(x, b1, s31)
    b += 8
    a += 4
    a1 += 4
    a2 += 4
    a3 += 4
  }
  const scale0 = v128.load(scales)
  const scale1 = v128.load(scales, 16)
  put(c, s00, scale0, isAdded)
  put(c + 16, s01, scale1, isAdded)
  c += step
  put(c, s10, scale0, isAdded)
  put(c + 16, s11, scale1, isAdded)
  c += step
  put(c, s20, scale0, isAdded)
  put(c + 16, s21, scale1, isAdded)
  c += step
  put(c, s30, scale0, isAdded)
  put(c + 16, s31, scale1, isAdded)
}

/** Two rows of `a`, sixteen outputs. */
function multiplyTwo(a: usize, stride: usize, b: usize, width: i32, scales: usize, c: usize, step: usize, isAdded: bool): void {
  let a1 = a + stride
  let s00 = f32x4.splat(0)
  let s01 = f32x4.splat(0)
  let s02 = f32x4.splat(0)
  let s03 = f32x4.splat(0)
  let s10 = f32x4.splat(0)
  let s11 = f32x4.splat(0)
  let s12 = f32x4.splat(0)
  let s13 = f32x4.splat(0)
  const panel = (<usize>width) << 3
  const end = b + panel
  let next = end
  while (b < end) {
    const x0 = v128.load32_splat(a)
    const x1 = v128.load32_splat(a1)
    let codes = v128.load8x8_s(b)
    let part = low(codes)
    s00 = fma(x0, part, s00)
    s10 = fma(x1, part, s10)
    part = high(codes)
    s01 = fma(x0, part, s01)
    s11 = fma(x1, part, s11)
    codes = v128.load8x8_s(next)
    part = low(codes)
    s02 = fma(x0, part, s02)
    s12 = fma(x1, part, s12)
    part = high(codes)
    s03 = fma(x0, part, s03)
    s13 = fma(x1, part, s13)
    b += 8
    next += 8
    a += 4
    a1 += 4
  }
  put(c, s00, v128.load(scales), isAdded)
  put(c + 16, s01, v128.load(scales, 16), isAdded)
  put(c + 32, s02, v128.load(scales, 32), isAdded)
  put(c + 48, s03, v128.load(scales, 48), isAdded)
  c += step
  put(c, s10, v128.load(scales), isAdded)
  put(c + 16, s11, v128.load(scales, 16), isAdded)
  put(c + 32, s12, v128.load(scales, 32), isAdded)
  put(c + 48, s13, v128.load(scales, 48), isAdded)
}

/** One row of `a`, 32 outputs. */
function multiplyOne(a: usize, b: usize, width: i32, scales: usize, c: usize, isAdded: bool): void {
  let s0 = f32x4.splat(0)
  let s1 = f32x4.splat(0)
  let s2 = f32x4.splat(0)
  let s3 = f32x4.splat(0)
  let s4 = f32x4.splat(0)
  let s5 = f32x4.splat(0)
  let s6 = f32x4.splat(0)
  let s7 = f32x4.splat(0)
  const panel = (<usize>width) << 3
  const end = b + panel
  let b1 = end
  let b2 = b1 + panel
  let b3 = b2 + panel
  while (b < end) {
    const x = v128.load32_splat(a)
    let codes = v128.load8x8_s(b)
    s0 = fma(x, low(codes), s0)
    s1 = fma(x, high(codes), s1)
    codes = v128.load8x8_s(b1)
    s2 = fma(x, low(codes), s2)
    s3 = fma(x, high(codes), s3)
    codes = v128.load8x8_s(b2)
    s4 = fma(x, low(codes), s4)
    s5 = fma(x, high(codes), s5)
    codes = v128.load8x8_s(b3)
    s6 = fma(x, low(codes), s6)
    s7 = fma(x, high(codes), s7)
    b += 8
    b1 += 8
    b2 += 8
    b3 += 8
    a += 4
  }
  put(c, s0, v128.load(scales), isAdded)
  put(c + 16, s1, v128.load(scales, 16), isAdded)
  put(c + 32, s2, v128.load(scales, 32), isAdded)
  put(c + 48, s3, v128.load(scales, 48), isAdded)
  put(c + 64, s4, v128.load(scales, 64), isAdded)
  put(c + 80, s5, v128.load(scales, 80), isAdded)
  put(c + 96, s6, v128.load(scales, 96), isAdded)
  put(c + 112, s7, v128.load(scales, 112), isAdded)
}

/**
 * float32 `[rows, width]` at `a` times a matrix in panels: `[rows, out]` at `c`, or added to what is there.
 * `out` is a multiple of 32.
 */
export function multiply(rows: i32, out: i32, width: i32, a: usize, panels: usize, scales: usize, c: usize, isAdded: bool): void {
  const stride = (<usize>width) << 2
  const step = (<usize>out) << 2
  const fours = rows & ~3
  for (let column = 0; column < out; column += 32) {
    const b = panels + <usize>column * width
    const scale = scales + ((<usize>column) << 2)
    const target = c + ((<usize>column) << 2)
    for (let part: usize = 0; part < 4; part++) {
      for (let row = 0; row < fours; row += 4) {
        multiplyFour(a + row * stride, stride, b + part * width * 8, width, scale + part * 32, target + row * step + part * 32, step, isAdded)
      }
    }
    let row = fours
    if (row + 2 <= rows) {
      multiplyTwo(a + row * stride, stride, b, width, scale, target + row * step, step, isAdded)
      multiplyTwo(a + row * stride, stride, b + <usize>width * 16, width, scale + 64, target + row * step + 64, step, isAdded)
      row += 2
    }
    if (row < rows) multiplyOne(a + row * stride, b, width, scale, target + row * step, isAdded)
  }
}
