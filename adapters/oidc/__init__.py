"""How does somebody sign in with an account that they have elsewhere? OpenID Connect: code, PKCE, state, nonce."""
