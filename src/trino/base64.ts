/** Base64 of text, as Kubernetes wants it in a Secret's `data` and JSON Web Tokens in their parts. */

/** Base64 of the UTF-8 bytes of a text. */
export function base64OfText(text: string): string {
  return base64OfBytes(new TextEncoder().encode(text));
}

/** Base64 of bytes in the URL-safe alphabet and without padding. Source: https://www.rfc-editor.org/rfc/rfc4648#section-5 */
export function base64UrlOfBytes(bytes: Uint8Array): string {
  return base64OfBytes(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function base64OfBytes(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
