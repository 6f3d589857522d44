"""Sets the checkout up: ``python3 -m bootstrap run|test``. Nothing but the standard library.

Each step knows by a fingerprint of what it is made from whether it has to be done again; the
fingerprints lie in ``.setup/``, which may be deleted at any time. What a step prints goes to
``.setup/<step>.log``; its end is shown when the step fails.
"""
