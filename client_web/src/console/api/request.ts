/** One door to the HTTP API: JSON in and out, every failure an `ApiError` with the server's text. */

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly params: Record<string, unknown> = {},
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

/** Asking who is signed in is no loss of a sign-in; a terminal has one of its own. */
const OF_ITSELF = /^\/api\/(session$|terminal\/)/

let language = 'zh-CN'
let onSignedOut: () => void = () => undefined

/** The language that the server words its errors in. */
export function setRequestLanguage(locale: string): void {
  language = locale
}

/** Called whenever the server no longer knows the staff session. */
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler
}

/** The server has said so over the socket. */
export function signedOut(): void {
  onSignedOut()
}

async function failure(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null)
  const error = (body as { error?: { code?: string; message?: string; params?: object } } | null)
    ?.error
  return new ApiError(
    response.status,
    error?.code ?? `http_${response.status}`,
    error?.message ?? '',
    { ...error?.params },
  )
}

async function answered(method: string, path: string, body?: unknown): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        'Accept-Language': language,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  } catch {
    throw new ApiError(0, 'unreachable', '')
  }
  if (!response.ok) {
    const error = await failure(response)
    if (response.status === 401 && !OF_ITSELF.test(path)) onSignedOut()
    throw error
  }
  return response
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const text = await (await answered(method, path, body)).text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}

export const request = {
  get: <T>(path: string) => call<T>('GET', path),
  post: <T>(path: string, body?: unknown) => call<T>('POST', path, body),
  put: <T>(path: string, body: unknown) => call<T>('PUT', path, body),
  /** A file that the server makes, with the name that it gives it. */
  file: async (path: string): Promise<{ name: string; data: Blob }> => {
    const response = await answered('GET', path)
    const named = response.headers.get('Content-Disposition') ?? ''
    const name = decodeURIComponent(named.split("filename*=UTF-8''")[1] ?? 'report')
    return { name, data: await response.blob() }
  },
  delete: <T>(path: string) => call<T>('DELETE', path),
}
