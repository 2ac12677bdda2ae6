import { expect, it } from 'vitest'
import { TypedEmitter } from '../../src/core/index.ts'

interface Events {
  'light-changed': { color: string }
  'light-broken': Record<never, never>
}

it('calls the listeners of that event, in order, until they unsubscribe', () => {
  const emitter = new TypedEmitter<Events>()
  const calls: string[] = []
  const stopFirst = emitter.on('light-changed', ({ color }) => calls.push(`first ${color}`))
  emitter.on('light-changed', ({ color }) => calls.push(`second ${color}`))
  emitter.on('light-broken', () => calls.push('broken'))
  emitter.emit('light-changed', { color: 'red' })
  stopFirst()
  stopFirst()
  emitter.emit('light-changed', { color: 'green' })
  expect(calls).toEqual(['first red', 'second red', 'second green'])
})

it('goes on after a listener that throws, and reports what it threw', () => {
  const errors: unknown[] = []
  const emitter = new TypedEmitter<Events>(error => errors.push(error))
  const failure = new Error('listener')
  const calls: string[] = []
  emitter.on('light-broken', () => {
    throw failure
  })
  emitter.on('light-broken', () => calls.push('still called'))
  emitter.emit('light-broken', {})
  expect(calls).toEqual(['still called'])
  expect(errors).toEqual([failure])
})

it('keeps one subscription per call, also for the same function', () => {
  const emitter = new TypedEmitter<Events>()
  let count = 0
  const listener = () => {
    count++
  }
  const stop = emitter.on('light-broken', listener)
  emitter.on('light-broken', listener)
  stop()
  emitter.emit('light-broken', {})
  expect(count).toBe(1)
})

it('lets a listener unsubscribe another while events are delivered', () => {
  const emitter = new TypedEmitter<Events>()
  const calls: string[] = []
  let stopSecond = () => {}
  emitter.on('light-broken', () => {
    calls.push('first')
    stopSecond()
  })
  stopSecond = emitter.on('light-broken', () => calls.push('second'))
  emitter.emit('light-broken', {})
  emitter.emit('light-broken', {})
  expect(calls).toEqual(['first', 'second', 'first'])
})
