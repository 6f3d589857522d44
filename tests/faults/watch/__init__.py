"""Put on the path of a watched server; see sitecustomize.py."""
