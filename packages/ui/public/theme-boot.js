// Before the first paint: the remembered theme and language, so that nothing flashes.
;(() => {
  let settings = {}
  try {
    settings = JSON.parse(localStorage.getItem('lumos.settings') ?? '{}')
  } catch {
    // Storage is blocked or broken: the system's choices are right.
  }
  const prefersDark = matchMedia('(prefers-color-scheme: dark)').matches
  const theme = settings.theme === 'light' || settings.theme === 'dark' ? settings.theme : undefined
  document.documentElement.dataset.theme = theme ?? (prefersDark ? 'dark' : 'light')
  const language = settings.language ?? navigator.language
  document.documentElement.lang = language.startsWith('zh') ? 'zh-CN' : 'en'
})()
