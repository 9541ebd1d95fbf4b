/**
 * The nonce of the response that is being rendered, for every element that may run or trigger something. A component
 * reads it through `useNonce`; nothing may invent one or take it from the request.
 */
import { createContext, useContext } from "hono/jsx";

export const NonceContext = createContext("");

/** The nonce of this response; works only while a component renders inside `NonceContext.Provider`. */
export function useNonce(): string {
  return useContext(NonceContext);
}
