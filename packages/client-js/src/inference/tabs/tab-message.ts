/** Names one worker of one tab. */
export type TabId = string

/** What the workers of several tabs say to each other. */
export type TabMessage =
  /** Whoever leads should say so. */
  | { type: 'who' }
  | { type: 'leader'; id: TabId }
  /** One message of the worker protocol between the tab that leads and another. */
  | { type: 'port'; from: TabId; to: TabId; body: unknown }
