export { keepSending } from './service-worker/keep-sending.ts'
