export { attend, remember } from './attention'
export { lookUp, multiply, packPanels } from './products'
export { gateUp, normalise, rotate } from './rows'
