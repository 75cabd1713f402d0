"""WeCom (企业微信): listener, messenger, renderer, errors."""
