"""Embedders: a face as a vector, and how alike two are. One module a model."""

from media.faces.embedders.embedder import Embedder as Embedder
from media.faces.embedders.embedder import Vectors as Vectors
from media.faces.embedders.embedder import as_template as as_template
from media.faces.embedders.embedder import similarity as similarity
from media.faces.embedders.embedder import template_vector as template_vector
