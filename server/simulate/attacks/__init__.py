"""Attacks on liveness as scenes: what people may hold before a camera or feed into it.

Presentation attack instruments in the terms of ISO/IEC 30107; each module is one family.
"""
