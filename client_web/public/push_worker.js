/** Shows what was pushed, and opens the page that it speaks of. It caches nothing. */

self.addEventListener('push', (event) => {
  const told = event.data?.json() ?? {}
  const shown = self.registration.showNotification(told.title ?? '', {
    body: told.body ?? '',
    tag: told.id,
    icon: '/favicon.svg',
    requireInteraction: told.urgent === true,
    data: { link: told.link || '/p' },
  })
  event.waitUntil(shown)
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const wanted = new URL(event.notification.data.link, self.location.origin)
  // Only a page of this server: what was pushed is data, never an address to go to.
  const address = wanted.origin === self.location.origin ? wanted.href : self.location.origin + '/p'
  event.waitUntil(self.clients.openWindow(address))
})
