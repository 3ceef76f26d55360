"""OpenID Connect client: sign-in with an account at another provider, by code, PKCE, state and nonce."""
