import type { PlaceKind } from '@lomusai/client-js'
import { Cloud, House, type LucideProps, Share2, Sparkles } from 'lucide-react'

const icons = { auto: Sparkles, local: House, cloud: Cloud, peer: Share2 } as const

export interface PlaceIconProps extends LucideProps {
  place: PlaceKind | 'auto'
}

export function PlaceIcon({ place, ...rest }: PlaceIconProps) {
  const Icon = icons[place]
  return <Icon aria-hidden {...rest} />
}
