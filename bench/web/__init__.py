"""What the web client costs the browser it runs in: Debian's Chromium, and a server of its own."""
