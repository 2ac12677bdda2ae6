export interface BrandMarkProps {
  size?: number
  className?: string
}

/** Three places around one light. */
export function BrandMark({ size = 26, className }: BrandMarkProps) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 32 32"
      width={size}
      height={size}
      fill="none"
      strokeWidth="2.6"
      strokeLinecap="round"
      className={className}
    >
      <path d="M17.9 4.7a11.5 11.5 0 0 1 8.7 15.6" stroke="var(--local)" />
      <path d="M23.9 24.4a11.5 11.5 0 0 1-17.2-1.3" stroke="var(--cloud)" />
      <path d="M4.6 18.6A11.5 11.5 0 0 1 13.6 4.8" stroke="var(--peer)" />
      <circle cx="16" cy="16" r="4.4" fill="var(--local)" />
    </svg>
  )
}
