"""Who somebody is: passwords, sign-ins, tokens, one-time links, an identity provider, and the trail; no pages."""
