"""``rollcall face evaluate``: how well a backend tells people apart, on a folder of pictures.

Terms are those of ISO/IEC 19795-1: a genuine pair is a template and a picture of the same person,
an impostor pair one of two persons; failures to acquire and to enrol are counted apart.
"""
