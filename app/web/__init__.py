"""The edge to the browser: page rendering, components, requests, answers."""
